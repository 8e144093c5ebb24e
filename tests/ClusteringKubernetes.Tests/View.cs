using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;
using Uitsmijter.Actors.Clustering.Kubernetes;
using Uitsmijter.Actors.Clustering.Kubernetes.Api;
using Uitsmijter.Actors.Clustering.Kubernetes.Membership;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>One silo's, or one client's, view of a membership table, and entries to put into it.</summary>
internal sealed class View : IDisposable
{
    private static int _generation;
    private readonly ApiConnections _connections;

    /// <summary>A view.</summary>
    /// <param name="kubeConfig">Whose rights.</param>
    /// <param name="clusterId">Which cluster.</param>
    /// <param name="serviceId">Which service.</param>
    /// <param name="configure">Sets options.</param>
    public View(string? kubeConfig, string clusterId = "cheese", string serviceId = "kitchen", Action<KubernetesClusteringOptions>? configure = null)
    {
        var options = new KubernetesClusteringOptions { KubeConfig = kubeConfig, LongestPause = TimeSpan.FromSeconds(1) };
        configure?.Invoke(options);
        var cluster = Options.Create(new ClusterOptions { ClusterId = clusterId, ServiceId = serviceId });
        _connections = new ApiConnections(Options.Create(options));
        var calls = new ApiCalls(_connections, Options.Create(options), TimeProvider.System, new TroubleLog(TimeProvider.System, Log.For<TroubleLog>()));
        Api = new MembershipApi(calls);
        Table = new KubernetesMembershipTable(Api, cluster, Options.Create(options), TimeProvider.System, Log.For<KubernetesMembershipTable>());
        Gateways = new KubernetesGatewayList(Api, cluster, Options.Create(options), Options.Create(new GatewayOptions()));
    }

    /// <summary>The API as membership uses it.</summary>
    public MembershipApi Api { get; }

    /// <summary>The table.</summary>
    public IMembershipTable Table { get; }

    /// <summary>The gateways.</summary>
    public IGatewayListProvider Gateways { get; }

    /// <summary>What was logged.</summary>
    public Lines Log { get; } = new();

    /// <summary>An entry of a silo that exists nowhere.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="age">How long ago it started and was last alive.</param>
    public static MembershipEntry Silo(SiloStatus status = SiloStatus.Joining, TimeSpan age = default)
    {
        var then = DateTime.UtcNow - age;
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.New(IPAddress.Loopback, 12345, Interlocked.Increment(ref _generation)),
            HostName = "a-pod",
            SiloName = "a silo",
            RoleName = "tests",
            Status = status,
            ProxyPort = 12345,
            StartTime = then,
            IAmAliveTime = then,
            SuspectTimes = [],
        };
    }

    /// <summary>The table, made if need be.</summary>
    public async Task<View> Open()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            await Table.InitializeMembershipTableAsync(true, patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The table could not be opened:\n{string.Join('\n', Log.All)}");
        }

        return this;
    }

    /// <summary>Reads all.</summary>
    public Task<MembershipTableData> Read() => Table.ReadAllAsync(TestContext.Current.CancellationToken);

    /// <summary>Inserts into the table as it is now.</summary>
    /// <param name="entry">The silo.</param>
    public async Task Insert(MembershipEntry entry) =>
        Assert.True(await Table.InsertRowAsync(entry, (await Read()).Version.Next(), TestContext.Current.CancellationToken));

    /// <inheritdoc />
    public void Dispose()
    {
        _connections.Dispose();
        Log.Dispose();
    }
}
