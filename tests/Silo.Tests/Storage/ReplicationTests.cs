using System.Globalization;
using Orleans.Persistence.Redis;
using Orleans.Runtime;
using Orleans.Storage;
using StackExchange.Redis;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Storage;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>A write that only the primary has is lost at a fail-over: with <c>REDIS_REPLICAS</c> it was never answered with yes (security.md, single use under faults).</summary>
public sealed class ReplicationTests : IAsyncLifetime
{
    private RedisServer _primary = null!;
    private ChildProcess _replica = null!;
    private int _replicaPort;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed.");
        _primary = await RedisServer.Start();
        _replicaPort = Ports.Free(1)[0];
        await using var operating = await ConnectionMultiplexer.ConnectAsync(_primary.Address + ",allowAdmin=true");
        await operating.GetServers()[0].ConfigSetAsync("repl-diskless-sync-delay", "0");
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        var primary = _primary.Address.Split(':');
        _replica = await ChildProcess.Start(
            ChildProcess.Find("redis-server")!,
            ["--bind", "127.0.0.1", "--port", Text(_replicaPort), "--save", "", "--appendonly", "no", "--dir", scratch, "--replicaof", primary[0], primary[1]],
            scratch,
            _replicaPort);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((long)await operating.GetDatabase().ExecuteAsync("WAIT", 1, 100) == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_replica is not null)
        {
            await _replica.Signal("CONT");
            await _replica.DisposeAsync();
            await _primary.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(StorageNames.Durable)]
    [InlineData(StorageNames.Ephemeral)]
    [InlineData(StorageNames.Brief)]
    public async Task what_was_written_survives_the_primary_that_answered(string name)
    {
        await using (var cluster = await StoredCluster.Start(Settings(_primary.Address)))
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(number => Write(cluster.Storage(name), Grain(number))));
            await _primary.DisposeAsync();
        }

        // What a Sentinel does when the primary is gone.
        await using (var promoting = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Text(_replicaPort)},allowAdmin=true"))
        {
            await promoting.GetServers()[0].ExecuteAsync("REPLICAOF", "NO", "ONE");
        }

        await using var after = await StoredCluster.Start(Settings($"127.0.0.1:{Text(_replicaPort)}") with { RedisReplicas = 0 });
        for (var number = 0; number < 50; number++)
        {
            var read = new GrainState<Dictionary<string, int>>(new());
            await after.Storage(name).ReadStateAsync("state", Grain(number), read);
            Assert.True(read.RecordExists, $"record {number} is lost");
        }
    }

    [Fact]
    public async Task nothing_is_written_with_a_yes_while_no_replica_listens_and_everything_is_again_once_one_does()
    {
        await using var cluster = await StoredCluster.Start(Settings(_primary.Address));
        var storage = cluster.Storage(StorageNames.Ephemeral);
        await Write(storage, Grain(1));

        await _replica.Signal("STOP");
        await Assert.ThrowsAsync<OrleansException>(() => Write(storage, Grain(2)));
        var seen = new GrainState<Dictionary<string, int>>(new());

        // "It is so already" would be a yes as well, and what is read may be the write that failed.
        await Assert.ThrowsAsync<OrleansException>(() => storage.ReadStateAsync("state", Grain(2), seen));
        await _replica.Signal("CONT");
        await storage.ReadStateAsync("state", Grain(2), seen);
        await Write(storage, Grain(3));

        Assert.True(seen.RecordExists);
    }

    [Fact]
    public async Task a_primary_that_has_the_record_otherwise_proves_nothing()
    {
        await using var cluster = await StoredCluster.Start(Settings(_primary.Address));
        var fence = cluster.Of<ReplicationFence>();

        await fence.Reached("no such record", null);

        await Assert.ThrowsAsync<RedisStorageException>(() => fence.Reached("no such record", "1"));
    }

    private static GrainId Grain(int number) => GrainId.Create("record-of-the-tests", Text(number));

    private static Task Write(IGrainStorage storage, GrainId grain) =>
        storage.WriteStateAsync("state", grain, new GrainState<Dictionary<string, int>>(new() { ["a"] = 1 }));

    private static ServerSettings Settings(string address) => new() { Storage = "redis", RedisUri = new Secret(address), RedisReplicas = 1 };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
