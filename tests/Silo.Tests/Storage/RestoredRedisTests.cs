using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;
using StackExchange.Redis;
using Uitsmijter.Actors.GrainInterfaces;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Silo.Storage;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>Redis that is restored from a snapshot, with what was used up since.</summary>
[Trait("Attack", "50")]
public sealed class RestoredRedisTests : IAsyncLifetime
{
    private static readonly GrainId _grain = GrainId.Create("ticket-of-the-tests", "one");
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private RedisServer? _redis;
    private ConnectionMultiplexer? _admin;
    private StoredCluster? _cluster;
    private Func<Task>? _last;
    private bool _isDeaf;

    [Fact]
    public async Task a_ticket_used_up_after_the_snapshot_is_used_up_where_it_was_used()
    {
        var ticket = await Make(silo: 0);
        var snapshot = await TakeSnapshot();
        await Use(0, ticket);
        await Restore(snapshot);

        Assert.True((await Read(0)).State!.IsUsed);
    }

    [Fact]
    public async Task a_ticket_used_up_after_the_snapshot_is_used_up_at_a_silo_that_saw_nothing_of_it()
    {
        var ticket = await Make(silo: 0);
        var snapshot = await TakeSnapshot();
        await CountsGoOn();
        await Use(0, ticket);
        await Restore(snapshot);

        Assert.True((await Read(1)).State!.IsUsed);
        Assert.Contains("\"isUsed\":true", await Stored(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task what_a_silo_saw_used_up_is_known_when_it_has_died()
    {
        var ticket = await Make(silo: 0);
        var snapshot = await TakeSnapshot();
        await Use(0, ticket);
        await Until(() => _cluster!.Of<SpentVersions>(1).Contains(ticket.ETag!));
        await _cluster!.Kill(0);
        await Restore(snapshot);

        Assert.True((await Read(1)).State!.IsUsed);
    }

    [Fact]
    public async Task what_a_neighbour_did_not_hear_it_is_told_again()
    {
        var ticket = await Make(silo: 0);
        await Until(() => _cluster!.Of<SpentVersions>(1).Contains($"{_grain}/ticket"));
        _isDeaf = true;
        await Use(0, ticket);
        await Until(() => !_isDeaf);

        await Until(() => _cluster!.Of<SpentVersions>(1).Contains(ticket.ETag!));
    }

    [Fact]
    public async Task what_is_used_up_while_a_silo_ends_is_known_when_it_has_ended()
    {
        var ticket = await Make(silo: 0);
        _last = () => Use(0, ticket);
        await _cluster!.Stop(0);

        Assert.True(_cluster.Of<SpentVersions>(1).Contains(ticket.ETag!));
    }

    [Fact]
    public async Task a_silo_that_starts_after_the_restore_knows_what_the_others_know()
    {
        var ticket = await Make(silo: 0);
        var snapshot = await TakeSnapshot();
        await Use(0, ticket);
        await Restore(snapshot);
        await _cluster!.Add();

        Assert.True((await Read(2)).State!.IsUsed);
    }

    [Fact]
    public async Task a_mark_that_something_was_seen_is_not_forgotten_with_the_snapshot()
    {
        var snapshot = await TakeSnapshot();
        await CountsGoOn();
        await Make(silo: 0);
        await Restore(snapshot);

        var lost = await Read(1);

        Assert.False(lost.RecordExists);
        Assert.True(lost.State!.IsUsed);
    }

    [Fact]
    public async Task a_ticket_nobody_used_is_whole_after_a_restore()
    {
        await Make(silo: 0);
        var snapshot = await TakeSnapshot();
        await CountsGoOn();
        await Restore(snapshot);

        foreach (var silo in new[] { 0, 1 })
        {
            Assert.False((await Read(silo)).State!.IsUsed);
        }
    }

    [Fact]
    public async Task storage_that_went_back_to_what_an_activation_holds_does_not_take_its_write()
    {
        var held = await Make(silo: 0);
        var snapshot = await TakeSnapshot();
        await Use(0, await Read(0));
        await Restore(snapshot);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Use(0, held));
    }

    /// <summary>Where versions came again for the same content, what is good would be taken for spent.</summary>
    [Fact]
    public async Task the_same_ticket_written_again_is_another_version_and_whole()
    {
        var first = await Make(silo: 0);
        var again = new GrainState<Ticket>(new Ticket(), first.ETag!) { RecordExists = true };
        await _cluster!.Storage(StorageNames.Ephemeral, 0).WriteStateAsync("ticket", _grain, again);

        Assert.NotEqual(first.ETag, again.ETag);
        Assert.False((await Read(0)).State!.IsUsed);
        Assert.False((await Read(1)).State!.IsUsed);
    }

    /// <summary>A device that polls writes its pace again and again: that uses nothing up, and would push out what does.</summary>
    [Fact]
    public async Task a_write_that_uses_nothing_up_is_not_remembered_and_a_restore_of_before_it_leaves_the_ticket_whole()
    {
        var ticket = await Make(silo: 0);
        var (snapshot, known) = (await TakeSnapshot(), _cluster!.Of<SpentVersions>().Count);
        await _cluster.Storage(StorageNames.Ephemeral).WriteStateAsync(
            "ticket", _grain, new GrainState<Ticket>(new Ticket { IsTouched = true }, ticket.ETag!) { RecordExists = true });
        Assert.Equal(known, _cluster.Of<SpentVersions>().Count);
        await Restore(snapshot);

        Assert.False((await Read(0)).State!.IsUsed);
    }

    [Fact]
    public async Task a_record_that_is_not_for_one_use_is_given_as_storage_has_it()
    {
        var records = _cluster!.Storage(StorageNames.Ephemeral, 0);
        var state = new GrainState<Dictionary<string, int>>(new() { ["a"] = 1 });
        await records.WriteStateAsync("state", _grain, state);
        var snapshot = await TakeSnapshot();
        state.State!["a"] = 2;
        await records.WriteStateAsync("state", _grain, state);
        await Restore(snapshot);

        await records.ReadStateAsync("state", _grain, state);

        Assert.Equal(1, state.State["a"]);
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed.");
        _redis = await RedisServer.Start();
        _admin = await ConnectionMultiplexer.ConnectAsync(_redis.Address);
        _cluster = await StoredCluster.Start(
            new() { Storage = "redis", RedisUri = new(_redis.Address) },
            services => services.AddSingleton<IOutgoingGrainCallFilter>(new Deafness(() => Interlocked.Exchange(ref _isDeaf, false))).AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(_ => new LastRequest(() => Interlocked.Exchange(ref _last, null)?.Invoke() ?? Task.CompletedTask)));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_admin?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task<GrainState<Ticket>> Make(int silo)
    {
        var state = new GrainState<Ticket>(new Ticket());
        await _cluster!.Storage(StorageNames.Ephemeral, silo).WriteStateAsync("ticket", _grain, state);
        return new GrainState<Ticket>(state.State!, state.ETag!) { RecordExists = true };
    }

    private async Task Use(int silo, GrainState<Ticket> ticket)
    {
        var next = new GrainState<Ticket>(new Ticket { IsUsed = true }, ticket.ETag!) { RecordExists = true };
        await _cluster!.Storage(StorageNames.Ephemeral, silo).WriteStateAsync("ticket", _grain, next);
    }

    private async Task<GrainState<Ticket>> Read(int silo)
    {
        var state = new GrainState<Ticket>(new Ticket());
        await _cluster!.Storage(StorageNames.Ephemeral, silo).ReadStateAsync("ticket", _grain, state);
        return state;
    }

    private async Task<string> Stored() => (await _admin!.GetDatabase().HashGetAsync($"storage-tests/state/{_grain}/ticket", "data")).ToString();

    private async Task<List<(RedisKey Key, byte[] Value)>> TakeSnapshot()
    {
        var database = _admin!.GetDatabase();
        var all = new List<(RedisKey, byte[])>();
        foreach (var key in _admin.GetServer(_redis!.Address).Keys().ToList())
        {
            if (await database.KeyDumpAsync(key) is { } value)
            {
                all.Add((key, value));
            }
        }

        return all;
    }

    /// <summary>In one step, as a Redis that starts from a snapshot has it all at once.</summary>
    private async Task Restore(List<(RedisKey Key, byte[] Value)> snapshot)
    {
        var step = _admin!.GetDatabase().CreateTransaction();
        _ = step.ExecuteAsync("FLUSHDB");
        foreach (var (key, value) in snapshot)
        {
            _ = step.KeyRestoreAsync(key, value);
        }

        Assert.True(await step.ExecuteAsync());
    }

    /// <summary>Waits until every silo has counted on: of what is younger than that a restore tells nothing.</summary>
    private async Task CountsGoOn()
    {
        var before = await Counts();
        await Until(async () =>
        {
            var now = await Counts();
            return now.Count == 2 && now.All(count => count.Value > before.GetValueOrDefault(count.Key));
        });
    }

    private async Task<Dictionary<string, long>> Counts()
    {
        var counts = new Dictionary<string, long>();
        foreach (var key in _admin!.GetServer(_redis!.Address).Keys(pattern: "*/count/*").ToList())
        {
            counts[key.ToString()] = (long)await _admin.GetDatabase().StringGetAsync(key);
        }

        return counts;
    }

    private static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !await condition(); await Task.Delay(5))
        {
            Assert.True(waited.Elapsed < _patience, "It did not become true.");
        }
    }

    /// <summary>Lets a silo not hear what it is told, once.</summary>
    private sealed class Deafness(Func<bool> isDeaf) : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context) =>
            context.MethodName == nameof(ISpentVersions.Learn) && isDeaf() ? Task.FromException(new TimeoutException()) : context.Invoke();
    }

    /// <summary>What a silo still does for those who asked before it was told to end.</summary>
    private sealed class LastRequest(Func<Task> work) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle observer) =>
            observer.Subscribe(nameof(LastRequest), ServiceLifecycleStage.BecomeActive, static _ => Task.CompletedTask, _ => work());
    }

    /// <summary>Something that may be used once.</summary>
    private sealed record Ticket : ISpendable
    {
        [JsonInclude]
        public bool IsUsed { get; init; }

        [JsonInclude]
        public bool IsTouched { get; init; }

        bool ISpendable.IsUse => !IsTouched;

        public ISpendable Spent(DateTimeOffset at) => this with { IsUsed = true };
    }
}
