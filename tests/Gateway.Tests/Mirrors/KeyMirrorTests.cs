using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Mirrors;

public sealed class KeyMirrorTests : IAsyncDisposable
{
    private static readonly Tenant _tenant = new() { Name = "a", Hosts = ["a.example.com"] };

    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly FakeCluster _cluster;
    private readonly CatalogMirror _catalog;
    private readonly KeyMirror _mirror;

    public KeyMirrorTests()
    {
        _cluster = new FakeCluster(_clock);
        _cluster.Catalog.Publish(_tenant);
        _catalog = new CatalogMirror(_cluster, _clock, NullLogger<CatalogMirror>.Instance);
        _mirror = new KeyMirror(_cluster, _catalog, _clock, NullLogger<KeyMirror>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.StopAsync(CancellationToken.None);
        await _catalog.StopAsync(CancellationToken.None);
        _mirror.Dispose();
        _catalog.Dispose();
    }

    [Fact]
    public async Task a_hundred_requests_at_once_cost_one_call()
    {
        var gate = new TaskCompletionSource();
        _cluster.Keys.Gate = gate.Task;

        var asked = Enumerable.Range(0, 100).Select(_ => _mirror.Get(_tenant, CancellationToken.None).AsTask()).ToList();
        gate.SetResult();
        var answers = await Task.WhenAll(asked);

        Assert.Equal(1, _cluster.Keys.Reads);
        Assert.All(answers, static keys => Assert.Equal("a", keys!.Tenant));
        Assert.True(_mirror.TryGet("a", out _));
    }

    [Fact]
    public async Task has_nothing_for_a_tenant_it_never_heard_of_and_null_while_the_cluster_is_away()
    {
        _cluster.Outage = new TimeoutException("no silo");

        Assert.False(_mirror.TryGet("a", out _));
        Assert.Null(await _mirror.Get(_tenant, CancellationToken.None));
    }

    [Fact]
    public async Task asks_again_when_it_is_time_and_keeps_the_old_keys_while_it_cannot()
    {
        await Run();
        await _mirror.Get(_tenant, CancellationToken.None);
        _cluster.Outage = new TimeoutException("no silo");

        _clock.Advance(_cluster.Keys.FreshFor + TimeSpan.FromSeconds(1));
        Assert.True(_mirror.TryGet("a", out _));
        Assert.NotNull(await _mirror.Get(_tenant, CancellationToken.None));

        _cluster.Outage = null;
        await Eventually.Holds(() => _cluster.Keys.Reads == 2 || Tick());
    }

    [Fact]
    public async Task asks_again_when_the_clock_of_the_world_has_gone_on_without_this_process()
    {
        var clock = new SuspendedClock(_clock);
        using var mirror = new KeyMirror(_cluster, _catalog, clock, NullLogger<KeyMirror>.Instance);
        await _catalog.StartAsync(CancellationToken.None);
        await mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => _catalog.IsReady);
        await mirror.Get(_tenant, CancellationToken.None);

        // The machine slept: a key that was announced before may sign by now. Ten seconds are not enough for any other reason to ask.
        clock.Slept = TimeSpan.FromHours(2);
        for (var second = 0; second < 10; second++)
        {
            Tick();
        }

        await Eventually.Holds(() => _cluster.Keys.Reads >= 2);
        await mirror.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task asks_again_when_the_tenant_changes_its_algorithm()
    {
        await Run();
        await _mirror.Get(_tenant, CancellationToken.None);

        var changed = _tenant with { Algorithm = SigningAlgorithm.ES256 };
        var keys = await _mirror.Get(changed, CancellationToken.None);

        Assert.Empty(keys!.SharedSecrets);
        Assert.Equal(2, _cluster.Keys.Reads);
    }

    [Fact]
    public async Task follows_a_change_of_algorithm_in_the_background_too()
    {
        await Run();
        await _mirror.Get(_tenant, CancellationToken.None);

        _cluster.Catalog.Publish(_tenant with { Algorithm = SigningAlgorithm.ES256 });

        await Eventually.Holds(() => (_mirror.TryGet("a", out var keys) && keys.SharedSecrets.IsEmpty) || Tick());
    }

    [Fact]
    public async Task forgets_the_keys_of_a_tenant_that_is_gone()
    {
        await Run();
        await _mirror.Get(_tenant, CancellationToken.None);

        _cluster.Catalog.Remove("a");

        await Eventually.Holds(() => !_mirror.TryGet("a", out _) || Tick());
    }

    private bool Tick()
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    }

    private async Task Run()
    {
        await _catalog.StartAsync(CancellationToken.None);
        await _mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => _catalog.IsReady);
    }

    /// <summary>A clock of a machine that slept: elapsed time does not know of it (CLOCK_MONOTONIC), the world's clock does.</summary>
    private sealed class SuspendedClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Slept { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Slept;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
