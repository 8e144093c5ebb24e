using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>Three silos, two gateways and a Redis without a crowd: for tests that measure one thing.</summary>
public sealed class CalmCluster : IAsyncLifetime
{
    private TestCluster? _cluster;
    private Wire? _wire;
    private Traffic? _traffic;

    /// <summary>The cluster.</summary>
    internal TestCluster Cluster
    {
        get
        {
            Assert.SkipWhen(_cluster is null, "redis-server is not installed");
            return _cluster;
        }
    }

    /// <summary>The way to its gateways.</summary>
    internal Wire Wire => _wire!;

    /// <summary>Somebody to use it.</summary>
    /// <param name="number">Which person.</param>
    internal Person Somebody(int number) => new(_traffic!, new Random(number), Entities.Tenants[0], number);

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (RedisServer.IsInstalled)
        {
            _cluster = await TestCluster.Start();
            _wire = new Wire(_cluster.Addresses);
            _traffic = new Traffic(_wire, new Recorder(), TimeSpan.Zero);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _traffic?.Dispose();
        _wire?.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
