using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>An Orleans application that has nothing of ours but the two lines of the README.</summary>
public sealed class AnyApplicationTests(ApiServer server)
{
    [Fact]
    public async Task two_silos_and_a_client_of_any_application_find_each_other_and_say_goodbye()
    {
        var account = await server.SiloAccount();
        using var one = Silo(account.KubeConfig());
        using var two = Silo(account.KubeConfig());
        using var client = Client(account.KubeConfig());
        using var view = new View(account.KubeConfig(), "kitchen-blue", "kitchen");
        var end = TestContext.Current.CancellationToken;

        await one.StartAsync(end);
        await two.StartAsync(end);
        await client.StartAsync(end);
        var hosts = await client.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        await client.StopAsync(end);
        await two.StopAsync(end);
        await one.StopAsync(end);

        Assert.Equal(2, hosts.Count);
        Assert.All((await view.Read()).Members, static member => Assert.Equal(SiloStatus.Dead, member.Item1.Status));
    }

    [Fact]
    public async Task wrong_options_refuse_the_start_of_a_silo()
    {
        using var host = Silo("/nowhere/kubeconfig");

        var refusal = await Assert.ThrowsAsync<OrleansConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("there is no file /nowhere/kubeconfig", refusal.Message, StringComparison.Ordinal);
    }

    private static IHost Silo(string kubeConfig)
    {
        var ports = Ports.Free(2);
        var builder = Quiet();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(Names)
            .ConfigureEndpoints(IPAddress.Loopback, ports[0], ports[1])
            .UseKubernetesClustering(options => options.KubeConfig = kubeConfig));
        return builder.Build();
    }

    private static IHost Client(string kubeConfig)
    {
        var builder = Quiet();
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(Names)
            .UseKubernetesClustering(options => options.KubeConfig = kubeConfig));
        return builder.Build();
    }

    private static HostApplicationBuilder Quiet()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        return builder;
    }

    private static void Names(ClusterOptions options) => (options.ClusterId, options.ServiceId) = ("kitchen-blue", "kitchen");
}
