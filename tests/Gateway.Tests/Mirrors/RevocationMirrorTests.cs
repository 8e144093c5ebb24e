using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Revocation;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Mirrors;

public sealed class RevocationMirrorTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly FakeCluster _cluster;
    private readonly RevocationMirror _mirror;

    public RevocationMirrorTests()
    {
        _cluster = new FakeCluster(_clock);
        _mirror = new RevocationMirror(_cluster, _clock, NullLogger<RevocationMirror>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.StopAsync(CancellationToken.None);
        _mirror.Dispose();
    }

    [Fact]
    public async Task is_not_ready_before_every_shard_was_read_to_its_end()
    {
        _cluster.Feeds[2].Outage = new TimeoutException("one shard is away");
        await _mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => _cluster.Feeds.All(static feed => feed.Subscriptions > 0));

        Assert.False(_mirror.IsReady);
        Assert.Equal(TimeSpan.MaxValue, _mirror.Age);

        _cluster.Feeds[2].Outage = null;
        _clock.Advance(MirrorLoop.PollEvery);
        await Eventually.Holds(() => _mirror.IsReady);
    }

    [Fact]
    public async Task knows_every_id_that_was_revoked_before_it_started()
    {
        for (var number = 0; number < 3000; number++)
        {
            await Revoke($"sid-{number}");
        }

        await Run();

        Assert.All(Enumerable.Range(0, 3000), number => Assert.True(_mirror.IsRevoked(RevocationKind.Session, $"sid-{number}")));
        Assert.False(_mirror.IsRevoked(RevocationKind.Session, "another"));
        Assert.False(_mirror.IsRevoked(RevocationKind.Grant, "sid-1"));
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task learns_of_a_revocation_by_nudge_and_lets_caches_know()
    {
        await Run();
        var generation = _mirror.Generation;

        await Revoke("sid");

        await Eventually.Holds(() => _mirror.IsRevoked(RevocationKind.Session, "sid"));
        Assert.True(_mirror.Generation > generation);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task learns_of_a_revocation_within_a_second_although_the_nudge_is_lost()
    {
        await Run();
        _cluster.FeedOf("sid").IsMute = true;

        await Revoke("sid");
        _clock.Advance(MirrorLoop.PollEvery);

        await Eventually.Holds(() => _mirror.IsRevoked(RevocationKind.Session, "sid"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Attack", "50")]
    public async Task a_feed_that_forgot_revives_nobody_and_is_read_anew(bool sameEpoch)
    {
        var feed = _cluster.FeedOf("before");
        await Revoke("before");
        await Revoke(IdIn(feed, "too"));
        await Run();

        feed.Forget(sameEpoch);
        var other = IdIn(feed, "after");
        await Revoke(other);
        _clock.Advance(MirrorLoop.PollEvery);

        await Eventually.Holds(() => _mirror.IsRevoked(RevocationKind.Session, other) || Tick());
        Assert.True(_mirror.IsRevoked(RevocationKind.Session, "before"));
    }

    [Fact]
    [Trait("Attack", "50")]
    public async Task what_a_feed_lost_that_was_set_back_is_in_it_again_for_gateways_that_start_later()
    {
        var feed = _cluster.FeedOf("before");
        await Revoke("before");
        var over = new RevocationEntry(RevocationKind.Session, IdIn(feed, "over"), _clock.GetUtcNow());
        await feed.Append(over, CancellationToken.None);
        await Run();

        _clock.Advance(TimeSpan.FromSeconds(1));
        feed.Forget(sameEpoch: false);
        using var late = new RevocationMirror(_cluster, _clock, NullLogger<RevocationMirror>.Instance);
        await late.StartAsync(CancellationToken.None);

        await Eventually.Holds(() => late.IsRevoked(RevocationKind.Session, "before") || Tick());
        Assert.False(late.IsRevoked(RevocationKind.Session, over.Id));
        await late.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task drops_an_entry_when_no_token_of_it_can_live_any_more()
    {
        await _cluster.FeedOf("sid").Append(
            new RevocationEntry(RevocationKind.Session, "sid", _clock.GetUtcNow() + TimeSpan.FromHours(1)), CancellationToken.None);
        await Run();
        Assert.Equal(1, _mirror.Count);

        _clock.Advance(TimeSpan.FromMinutes(59));
        // The clock stands still while the mirror looks: ticking on would reach the entry's end on a slow machine.
        await Eventually.Holds(() => _mirror.Age < TimeSpan.FromSeconds(1));
        Assert.True(_mirror.IsRevoked(RevocationKind.Session, "sid"));

        // A clock that is ahead for a moment makes nothing forgotten for good.
        _clock.Advance(RevocationRules.Reserve - TimeSpan.FromHours(1));
        await Eventually.Holds(() => _mirror.Age < TimeSpan.FromSeconds(1));
        Assert.True(_mirror.IsRevoked(RevocationKind.Session, "sid"));

        _clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2));
        await Eventually.Holds(() => _mirror.Count == 0 || Tick());
    }

    [Fact]
    public async Task is_as_old_as_the_shard_that_lags_most()
    {
        await Run();

        _cluster.Feeds[1].Outage = new TimeoutException("one shard is away");
        _clock.Advance(TimeSpan.FromSeconds(61));

        await Eventually.Holds(() => _mirror.Age >= TimeSpan.FromSeconds(61));
        Assert.True(_mirror.IsReady);
    }

    private string IdIn(FakeFeed feed, string name) =>
        Enumerable.Range(0, 100).Select(number => $"{name}-{number}").First(id => _cluster.FeedOf(id) == feed);

    private bool Tick()
    {
        _clock.Advance(MirrorLoop.PollEvery);
        return false;
    }

    private Task Revoke(string sid) => _cluster.FeedOf(sid).Append(
        new RevocationEntry(RevocationKind.Session, sid, _clock.GetUtcNow() + TimeSpan.FromDays(7)), CancellationToken.None);

    private async Task Run()
    {
        await _mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => _mirror.IsReady);
    }
}
