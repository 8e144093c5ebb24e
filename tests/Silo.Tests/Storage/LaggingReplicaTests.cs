using Orleans.Runtime;
using StackExchange.Redis;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>A primary of Redis that is away for a moment, and a replica that is behind.</summary>
[Trait("Attack", "50")]
public sealed class LaggingReplicaTests
{
    private static readonly GrainId _grain = GrainId.Create("ticket-of-the-tests", "one");
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task what_a_replica_that_is_behind_has_not_got_yet_is_not_spent()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed.");
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{primary.Address},allowAdmin=true");
        await using var other = await ConnectionMultiplexer.ConnectAsync($"{replica.Address},allowAdmin=true");
        var follower = other.GetServer(replica.Address);
        var parts = primary.Address.Split(':');
        await follower.ExecuteAsync("REPLICAOF", parts[0], parts[1]);
        await Until(async () => $"{await follower.ExecuteAsync("INFO", "replication")}".Contains("master_link_status:up", StringComparison.Ordinal));
        await using var cluster = await StoredCluster.Start(new() { Storage = "redis", RedisUri = new($"{primary.Address},{replica.Address},connectTimeout=2000,asyncTimeout=2000") });
        await Until(async () => (await Counts(follower, other)) is [> 0, > 0]);

        // It follows nobody any more, and does not know.
        await follower.ExecuteAsync("CONFIG", "SET", "masterauth", "wrong");
        await follower.ExecuteAsync("CLIENT", "KILL", "TYPE", "master");
        var before = await Counts(admin.GetServer(primary.Address), admin);
        await Until(async () => (await Counts(admin.GetServer(primary.Address), admin)).Zip(before).All(static pair => pair.First > pair.Second + 1));
        var storage = cluster.Storage(StorageNames.Ephemeral);
        await storage.WriteStateAsync("ticket", _grain, new GrainState<Ticket>(new Ticket()));
        await primary.DisposeAsync();
        await Until(() => Task.FromResult(!admin.IsConnected));

        var read = new GrainState<Ticket>(new Ticket());
        var failure = await Record.ExceptionAsync(() => storage.ReadStateAsync("ticket", _grain, read));

        Assert.True(failure is not null || !read.State!.IsUsed, "A ticket nobody used is spent.");
    }

    private static async Task<List<long>> Counts(IServer server, ConnectionMultiplexer connection)
    {
        var counts = new List<long>();
        foreach (var key in server.Keys(pattern: "*/count/*").OrderBy(static key => key.ToString(), StringComparer.Ordinal).ToList())
        {
            counts.Add((long)await connection.GetDatabase().StringGetAsync(key));
        }

        return counts;
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !await condition(); await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < _patience, "It did not become true.");
        }
    }

    private sealed record Ticket : ISpendable
    {
        public bool IsUsed { get; init; }

        bool ISpendable.IsUse => true;

        public ISpendable Spent(DateTimeOffset at) => this with { IsUsed = true };
    }
}
