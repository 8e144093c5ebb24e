using System.Net;
using Orleans;
using Orleans.Runtime;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>Our own processes with <c>CLUSTERING=kubernetes</c>, before a real API server and a real Redis.</summary>
public sealed class ProcessTests(Cluster cluster, ApiServer server) : IClassFixture<Cluster>
{
    private static readonly (HttpStatusCode, HttpStatusCode) _served = (HttpStatusCode.SeeOther, HttpStatusCode.OK);

    private static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task two_silos_and_a_gateway_serve_a_login_and_kubectl_shows_them()
    {
        await IsRunning();

        Assert.Equal(_served, await cluster.LogIn());

        await Until(async () => await Active() == 2);
        var shown = await (await cluster.Server).Kubectl("", "get", "orleans", "--all-namespaces");
        TestContext.Current.TestOutputHelper?.WriteLine(shown);
        Assert.Matches(@"orleanscluster\S+\s+uitsmijter\s+uitsmijter\s+2\s+\d+", shown);
    }

    [Fact]
    public async Task a_silo_of_last_week_is_declared_dead()
    {
        await IsRunning();

        await Until(async () => (await cluster.View.Read()).TryGet(cluster.Ghost.SiloAddress)?.Item1.Status == SiloStatus.Dead);

        Assert.Equal(_served, await cluster.LogIn());
    }

    [Fact]
    public async Task a_silo_gives_a_sign_of_life()
    {
        await IsRunning();

        await Until(async () => (await cluster.View.Api.ListHeartbeats("uitsmijter", TimeSpan.FromSeconds(10), End)).Count >= 2);
    }

    [Fact]
    public async Task while_the_api_server_stands_still_logins_go_on_and_afterwards_silos_join_again()
    {
        await IsRunning();
        var before = (await cluster.View.Read()).Version.Version;

        await (await cluster.Server).Pause(async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(25))
            {
                Assert.Equal(_served, await cluster.LogIn());
                foreach (var process in cluster.Silos.Append(cluster.Gateway))
                {
                    using var ready = await process.Answers("/health/ready", HttpStatusCode.NoContent);
                }
            }
        });

        await cluster.StartSilo();
        using var joined = await cluster.Silos[^1].Answers("/health/ready", HttpStatusCode.NoContent);
        Assert.Contains("did not answer within 10 s", cluster.Output, StringComparison.Ordinal);
        Assert.True((await cluster.View.Read()).Version.Version > before);
        await using var last = cluster.TakeSilo();
        await last.Terminate();
        Assert.Equal(0, await last.Ends());
        await Until(async () => await Active() == 2);
    }

    [Fact]
    public async Task a_killed_silo_is_declared_dead_by_the_other_and_logins_go_on()
    {
        await IsRunning();
        await Until(async () => await Active() >= 2);
        await cluster.StartSilo();
        using var joined = await cluster.Silos[^1].Answers("/health/ready", HttpStatusCode.NoContent);
        await Until(async () => await Active() == 3);

        await cluster.TakeSilo().DisposeAsync();

        await Until(async () => await Active() == 2);
        await Until(async () => await cluster.LogIn() == _served);
    }

    [Fact]
    public async Task a_silo_without_its_role_is_alive_not_ready_and_says_why_until_the_role_is_bound()
    {
        Assert.SkipWhen(!RedisServer.IsInstalled, "redis-server is not installed");
        var account = await (await server.Server).Account("silo", await server.Namespace());
        await using var redis = await RedisServer.Start();
        var ports = Ports.Free(2);
        var settings = cluster.Settings(account.KubeConfig(), redis.Address);
        settings["ORLEANS_SILO_PORT"] = $"{ports[0]}";
        settings["ORLEANS_GATEWAY_PORT"] = $"{ports[1]}";
        await using var silo = ServerProcess.Start("Uitsmijter.Actors.Silo", settings);

        var line = await silo.Says("Cluster membership:");
        using var alive = await silo.Answers("/health", HttpStatusCode.NoContent);
        using var waiting = await silo.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);
        await server.Allow(account);
        using var ready = await silo.Answers("/health/ready", HttpStatusCode.NoContent);

        Assert.Contains("may not get orleansclusters", line, StringComparison.Ordinal);
        Assert.Contains("bind the Role of clustering-kubernetes/README.md", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
        await silo.Terminate();
        Assert.Equal(0, await silo.Ends());
    }

    [Fact]
    public async Task a_silo_that_waits_for_its_role_ends_when_asked()
    {
        Assert.SkipWhen(!RedisServer.IsInstalled, "redis-server is not installed");
        var account = await (await server.Server).Account("silo", await server.Namespace());
        await using var redis = await RedisServer.Start();
        await using var silo = ServerProcess.Start("Uitsmijter.Actors.Silo", cluster.Settings(account.KubeConfig(), redis.Address));

        await silo.Says("Cluster membership:");
        await silo.Terminate();
        var code = await silo.Ends();

        Assert.True(code == 0, silo.Output);
    }

    private async Task IsRunning()
    {
        await server.Server;
        Assert.SkipWhen(!RedisServer.IsInstalled, "redis-server is not installed");
    }

    private async Task<int> Active() => (await cluster.View.Api.ReadCluster("uitsmijter", TimeSpan.FromSeconds(30), End))!.Spec.ActiveSilos;

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await condition())
        {
            await Task.Delay(100, patience.Token);
        }
    }
}
