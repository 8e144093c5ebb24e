using Orleans.Runtime;
using Orleans.Storage;
using StackExchange.Redis;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Storage;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

public sealed class StorageTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData("memory", StorageNames.Durable)]
    [InlineData("memory", StorageNames.Ephemeral)]
    [InlineData("memory", StorageNames.Brief)]
    [InlineData("redis", StorageNames.Durable)]
    [InlineData("redis", StorageNames.Ephemeral)]
    [InlineData("redis", StorageNames.Brief)]
    public async Task a_record_is_inserted_once_and_changed_only_by_who_read_it_last(string storage, string name)
    {
        await using var cluster = await StoredCluster.Start(redis.Settings(storage));
        var (records, grain) = (cluster.Storage(name), GrainId.Create("record-of-the-tests", $"{storage}-{name}"));
        var (first, second) = (new GrainState<Dictionary<string, int>>(new() { ["a"] = 1 }), new GrainState<Dictionary<string, int>>(new() { ["b"] = 2 }));

        await records.WriteStateAsync("state", grain, first);
        await Assert.ThrowsAsync<InconsistentStateException>(() => records.WriteStateAsync("state", grain, second));
        await records.ReadStateAsync("state", grain, second);
        await records.WriteStateAsync("state", grain, second);

        await Assert.ThrowsAsync<InconsistentStateException>(() => records.WriteStateAsync("state", grain, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => records.ClearStateAsync("state", grain, first));
        Assert.Equal(1, second.State!["a"]);
    }

    [Fact]
    public async Task memory_of_one_process_changes_a_record_only_for_who_read_it_last()
    {
        var (records, grain) = (new ProcessMemoryStorage(expiry: null, TimeProvider.System), GrainId.Create("record-of-the-tests", "alone"));
        var (first, second) = (new GrainState<Dictionary<string, int>>(new() { ["a"] = 1 }), new GrainState<Dictionary<string, int>>(new() { ["b"] = 2 }));

        await records.WriteStateAsync("state", grain, first);
        await Assert.ThrowsAsync<InconsistentStateException>(() => records.WriteStateAsync("state", grain, second));
        await records.ReadStateAsync("state", grain, second);
        first.State!["a"] = 3;
        Assert.Equal(1, second.State!["a"]);
        await records.WriteStateAsync("state", grain, second);

        await Assert.ThrowsAsync<InconsistentStateException>(() => records.WriteStateAsync("state", grain, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => records.ClearStateAsync("state", grain, first));
        await records.ClearStateAsync("state", grain, second);
        Assert.False(second.RecordExists);
        await Assert.ThrowsAsync<InconsistentStateException>(() => records.WriteStateAsync("state", grain, first));
        await records.WriteStateAsync("state", grain, second);
        Assert.NotEqual(first.ETag, second.ETag);
    }

    /// <summary>The list sweeps by the order of deadlines; here the age of an entry decides, which is the same: its life is one for all.</summary>
    [Fact]
    [Trait("Contract", "configuration 41")]
    [Trait("Contract", "http 59")]
    public async Task entries_are_swept_out_oldest_first_until_none_of_them_is_left()
    {
        const int SweepsByWrites = 4096;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var records = new ProcessMemoryStorage(TimeSpan.FromDays(31), clock);
        var sweeper = new GrainState<Dictionary<string, int>>(new());
        foreach (var name in new[] { "first", "second", "third" })
        {
            await records.WriteStateAsync("state", GrainId.Create("record-of-the-tests", name), new GrainState<Dictionary<string, int>>(new()));
            clock.Advance(TimeSpan.FromDays(1));
        }

        clock.Advance(TimeSpan.FromDays(28));
        await Sweep();
        Assert.Equal("first second third", await Held());
        clock.Advance(TimeSpan.FromSeconds(1));
        await Sweep();
        Assert.Equal("second third", await Held());
        clock.Advance(TimeSpan.FromDays(1));
        await Sweep();
        Assert.Equal("third", await Held());
        clock.Advance(TimeSpan.FromDays(1));
        await Sweep();

        Assert.Equal("", await Held());
        Assert.Equal(1, records.Count);

        async Task Sweep()
        {
            for (var i = 0; i < SweepsByWrites; i++)
            {
                await records.WriteStateAsync("state", GrainId.Create("record-of-the-tests", "sweeper"), sweeper);
            }
        }

        async Task<string> Held()
        {
            var held = new List<string>();
            foreach (var name in new[] { "first", "second", "third" })
            {
                var state = new GrainState<Dictionary<string, int>>();
                await records.ReadStateAsync("state", GrainId.Create("record-of-the-tests", name), state);
                held.AddRange(state.RecordExists ? [name] : Array.Empty<string>());
            }

            return string.Join(' ', held);
        }
    }

    [Fact]
    public async Task entries_nobody_wrote_for_their_life_are_swept_out_of_the_memory_of_one_process()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var records = new ProcessMemoryStorage(TimeSpan.FromDays(31), clock);
        await Write(10_000, "old");
        clock.Advance(TimeSpan.FromDays(32));

        await Write(10_000, "new");

        Assert.InRange(records.Count, 10_000, 10_000);

        async Task Write(int count, string name)
        {
            for (var i = 0; i < count; i++)
            {
                await records.WriteStateAsync("state", GrainId.Create("record-of-the-tests", name + i), new GrainState<Dictionary<string, int>>(new()));
            }
        }
    }

    [Fact]
    public async Task of_a_hundred_writers_at_once_in_one_process_one_wins()
    {
        var (records, grain) = (new ProcessMemoryStorage(expiry: null, TimeProvider.System), GrainId.Create("record-of-the-tests", "contended"));
        var read = new GrainState<Dictionary<string, int>>(new());
        await records.WriteStateAsync("state", grain, read);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(async () =>
            await Record.ExceptionAsync(() => records.WriteStateAsync(
                "state", grain, new GrainState<Dictionary<string, int>>(new() { ["n"] = number }, read.ETag) { RecordExists = true })))));

        Assert.Single(outcomes, static outcome => outcome is null);
        Assert.Equal(99, outcomes.OfType<InconsistentStateException>().Count());
    }

    [Fact]
    public async Task of_a_hundred_writers_at_once_one_wins()
    {
        await using var cluster = await StoredCluster.Start(redis.Settings("redis"));
        var (records, grain) = (cluster.Storage(StorageNames.Durable), GrainId.Create("record-of-the-tests", "contended"));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
            await Record.ExceptionAsync(() => records.WriteStateAsync("state", grain, new GrainState<Dictionary<string, int>>(new() { ["n"] = number })))));

        Assert.Single(outcomes, static outcome => outcome is null);
        Assert.Equal(99, outcomes.OfType<InconsistentStateException>().Count());
    }

    [Fact]
    public async Task a_restart_over_redis_keeps_sessions_catalog_and_revocations()
    {
        await using (var before = await StoredCluster.Start(redis.Settings("redis")))
        {
            await Publish(before, 3_000);
            await before.Of<SessionOpenings>().Open("kept", _login);
            await before.Of<SessionOpenings>().Open("ended", _login);
            await Session(before, "ended").End(_login.Tenant, SessionEnd.LoggedOut, default);
        }

        await using var after = await StoredCluster.Start(redis.Settings("redis"));

        Assert.IsType<SessionOutcome.Alive>(await Session(after, "kept").Look(_login.Tenant, default));
        Assert.IsType<SessionOutcome.Gone>(await Session(after, "ended").Look(_login.Tenant, default));
        var page = await after.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Read(0, 0, 5_000, default);
        Assert.Equal((3_000, true), (page.Clients.Length, page.Loaded));
        var feed = after.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf("ended"));
        Assert.True(await feed.Contains(RevocationKind.Session, "ended", default));
        Assert.False(after.Of<RevokedIds>().Contains(RevocationKind.Session, "kept"));
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task redis_sweeps_what_anybody_can_make_within_hours_what_gave_something_within_a_month_and_nothing_durable()
    {
        await using var cluster = await StoredCluster.Start(redis.Settings("redis"));
        var grain = GrainId.Create("record-of-the-tests", "expiring");
        await cluster.Storage(StorageNames.Durable).WriteStateAsync("durable", grain, new GrainState<Dictionary<string, int>>(new()));
        await cluster.Storage(StorageNames.Ephemeral).WriteStateAsync("ephemeral", grain, new GrainState<Dictionary<string, int>>(new()));
        await cluster.Storage(StorageNames.Brief).WriteStateAsync("brief", grain, new GrainState<Dictionary<string, int>>(new()));

        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        var keys = connection.GetServer(redis.Address).Keys(pattern: "*expiring*").ToDictionary(
            static key => key.ToString(),
            key => connection.GetDatabase().KeyTimeToLive(key));

        Assert.Null(Assert.Single(keys, static key => key.Key.EndsWith("/durable", StringComparison.Ordinal)).Value);
        Assert.InRange(
            Assert.Single(keys, static key => key.Key.EndsWith("/ephemeral", StringComparison.Ordinal)).Value!.Value,
            TimeSpan.FromHours(720),
            TimeSpan.FromHours(720) + TimeSpan.FromDays(1));
        Assert.InRange(Assert.Single(keys, static key => key.Key.EndsWith("/brief", StringComparison.Ordinal)).Value!.Value, TimeSpan.FromHours(1.5), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task redis_holds_readable_json_and_small_sessions()
    {
        await using var cluster = await StoredCluster.Start(redis.Settings("redis"));
        await cluster.Of<SessionOpenings>().Open("readable", _login);

        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        string? stored = await connection.GetDatabase().HashGetAsync("storage-tests/state/session/readable/session", "data");

        Assert.StartsWith("{\"t\":\"cheese/shop\",\"s\":\"ada\"", stored, StringComparison.Ordinal);
        Assert.InRange(stored!.Length, 1, 512);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task without_redis_no_session_opens_and_none_is_granted()
    {
        await using var server = await TestKit.Processes.RedisServer.Start();
        await using var cluster = await StoredCluster.Start(new() { Storage = "redis", RedisUri = new(server.Address + ",connectTimeout=5000,syncTimeout=5000,asyncTimeout=5000") });
        await cluster.Of<SessionOpenings>().Open("granted", _login);

        await server.DisposeAsync();
        await Until(() => !cluster.Of<RevokedIds>().IsCurrent);

        // A mirror may be late for a moment on a busy machine and catch up once more; without Redis it ends up refusing for good.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await Record.ExceptionAsync(() => Session(cluster, "granted").Look(_login.Tenant, default)) is null)
        {
            await Task.Delay(50, patience.Token);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Of<SessionOpenings>().Open("refused", _login));
    }

    private static readonly OpenSession _login = new()
    {
        Tenant = "cheese/shop",
        Subject = "ada",
        User = "ada@cheese.test",
        Role = "default",
        ProfileJson = """{"name":"Ada of Cheddar"}""",
        Mode = "interceptor",
        Responsibility = "b1d5781111d84f7b3fe45a0852e59758cd7a87e5",
        CookieLife = TimeSpan.FromDays(7),
        AbsoluteLimit = TimeSpan.FromDays(30),
    };

    private static async Task Publish(StoredCluster cluster, int clients)
    {
        var entries = Enumerable.Range(0, clients).Select(static number => new ClientEntry
        {
            Client = new Client { Ident = new Guid(number, 1, 2, new byte[8]), Name = $"c{number}", TenantName = "cheese/shop", RedirectUrls = ["https://a.test/"] },
        }).ToList();
        await cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Publish(
            new CatalogChange { Clients = [.. entries], Retain = new CatalogRetention([], [.. entries.Select(static entry => entry.Client.Ident)]) },
            default);
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !condition(); await Task.Delay(5))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(120), "It did not become true within 120 seconds.");
        }
    }

    private static ISessionGrain Session(StoredCluster cluster, string sid) => cluster.Grains.GetGrain<ISessionGrain>(sid);
}
