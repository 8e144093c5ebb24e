using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Mirrors;

public sealed class SessionSeenTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly FakeCluster _cluster;
    private readonly SessionSeen _seen;

    public SessionSeenTests()
    {
        _cluster = new FakeCluster(_clock);
        _seen = new SessionSeen(_cluster, _clock, NullLogger<SessionSeen>.Instance);
    }

    public void Dispose() => _seen.Dispose();

    [Fact]
    public async Task reports_each_session_once_with_its_last_use()
    {
        _seen.Note("a", "sid");
        _clock.Advance(TimeSpan.FromSeconds(7));
        _seen.Note("a", "sid");

        await _seen.Report(CancellationToken.None);

        Assert.Equal(The.Instant + TimeSpan.FromSeconds(7), _cluster.Sessions["sid"].LastSeen);
        Assert.Single(_cluster.Sessions);
    }

    [Fact]
    public async Task reports_only_what_was_used_since_the_last_report()
    {
        _seen.Note("a", "one");
        await _seen.Report(CancellationToken.None);
        _seen.Note("a", "two");
        _clock.Advance(TimeSpan.FromSeconds(1));

        await _seen.Report(CancellationToken.None);

        Assert.Equal(The.Instant, _cluster.Sessions["one"].LastSeen);
    }

    [Fact]
    public async Task reports_every_half_minute_by_itself()
    {
        await _seen.StartAsync(CancellationToken.None);
        _seen.Note("a", "sid");

        await Eventually.Holds(() =>
        {
            _clock.Advance(SessionSeen.ReportEvery);
            return _cluster.Sessions.TryGetValue("sid", out var session) && session.LastSeen is not null;
        });

        await _seen.StopAsync(CancellationToken.None);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task holds_a_bounded_number_of_sessions_and_survives_a_cluster_that_is_away()
    {
        for (var number = 0; number < SessionSeen.Capacity + 5000; number++)
        {
            _seen.Note("a", $"sid-{number}");
        }

        _cluster.Outage = new TimeoutException("no silo");
        await _seen.Report(CancellationToken.None);

        Assert.Equal(SessionSeen.Capacity, _cluster.Sessions.Count);
        Assert.All(_cluster.Sessions.Values, static session => Assert.Null(session.LastSeen));
    }
}
