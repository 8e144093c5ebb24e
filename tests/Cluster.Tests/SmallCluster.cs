using Uitsmijter.Actors.Cluster.Tests.Processes;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>One silo, one gateway and a Redis, for tests that break something and mend it again.</summary>
public sealed class SmallCluster : IAsyncLifetime
{
    private TestCluster? _cluster;

    /// <summary>The cluster.</summary>
    internal TestCluster Cluster
    {
        get
        {
            Assert.SkipWhen(_cluster is null, "redis-server is not installed");
            return _cluster;
        }
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _cluster = RedisServer.IsInstalled ? await TestCluster.Start(silos: 1, gateways: 1) : null;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
