using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Sessions;

public sealed class SessionRulesTests
{
    private static readonly TimeSpan _week = TimeSpan.FromDays(7);
    private static readonly TimeSpan _month = TimeSpan.FromDays(30);
    private static readonly TimeSpan _idle = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    [Fact]
    public void a_session_lives_until_its_cookie_ends()
    {
        var times = SessionRules.Opened(The.Instant, _week, null, _month);

        Assert.True(SessionRules.IsAlive(times, The.Instant));
        Assert.True(SessionRules.IsAlive(times, The.Instant + _week - _tick));
        Assert.False(SessionRules.IsAlive(times, The.Instant + _week));
    }

    [Fact]
    public void a_cookie_longer_than_the_absolute_limit_is_cut()
    {
        var times = SessionRules.Opened(The.Instant, _month, null, _week);

        Assert.Equal(The.Instant + _week, times.ExpiresAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void a_life_that_is_not_positive_ends_at_once(int days)
    {
        var times = SessionRules.Opened(The.Instant, TimeSpan.FromDays(days), null, _month);

        Assert.False(SessionRules.IsAlive(times, The.Instant));
    }

    [Fact]
    public void an_ended_session_is_not_alive()
    {
        var times = SessionRules.Opened(The.Instant, _week, null, _month) with { EndedAt = The.Instant };

        Assert.False(SessionRules.IsAlive(times, The.Instant));
    }

    [Fact]
    public void the_idle_limit_counts_from_the_last_report_and_waits_for_the_next()
    {
        var times = SessionRules.Opened(The.Instant, _week, _idle, _month);
        var end = The.Instant + _idle + SessionRules.ReportDelay;

        Assert.True(SessionRules.IsAlive(times, end - _tick));
        Assert.False(SessionRules.IsAlive(times, end));
        Assert.True(SessionRules.IsAlive(SessionRules.Seen(times, The.Instant + _idle, end), end));
    }

    [Fact]
    public void without_an_idle_limit_nobody_is_idle()
    {
        var times = SessionRules.Opened(The.Instant, _week, null, _month);

        Assert.False(SessionRules.IsIdle(times, The.Instant + _week));
    }

    [Fact]
    public void a_report_moves_the_last_use_forward_only_and_never_past_now()
    {
        var times = SessionRules.Opened(The.Instant, _week, _idle, _month);

        Assert.Equal(The.Instant, SessionRules.Seen(times, The.Instant - _idle, The.Instant).LastSeen);
        Assert.Equal(The.Instant, SessionRules.Seen(times, The.Instant + _idle, The.Instant).LastSeen);
    }

    [Fact]
    public void a_renewal_never_passes_the_absolute_end_and_never_shortens()
    {
        var times = SessionRules.Opened(The.Instant, _week, null, _month);

        var late = SessionRules.Renewed(times, The.Instant + TimeSpan.FromDays(28), _week);
        var shorter = SessionRules.Renewed(times, The.Instant + TimeSpan.FromDays(1), TimeSpan.FromHours(1));

        Assert.Equal(The.Instant + _month, late.ExpiresAt);
        Assert.Equal(times.ExpiresAt, shorter.ExpiresAt);
        Assert.Equal(The.Instant + TimeSpan.FromDays(1), shorter.LastSeen);
        Assert.Equal(The.Instant, late.AuthTime);
    }

    [Fact]
    public void a_report_is_worth_storing_when_it_moves_the_idle_end_by_a_tenth()
    {
        var times = SessionRules.Opened(The.Instant, _week, _idle, _month);

        Assert.False(SessionRules.IsWorthStoring(times, times with { LastSeen = The.Instant + TimeSpan.FromMinutes(3) - _tick }));
        Assert.True(SessionRules.IsWorthStoring(times, times with { LastSeen = The.Instant + TimeSpan.FromMinutes(3) }));
    }

    [Fact]
    public void without_an_idle_limit_an_hour_of_use_is_worth_storing()
    {
        var times = SessionRules.Opened(The.Instant, _week, null, _month);

        Assert.False(SessionRules.IsWorthStoring(times, times with { LastSeen = The.Instant + TimeSpan.FromHours(1) - _tick }));
        Assert.True(SessionRules.IsWorthStoring(times, times with { LastSeen = The.Instant + TimeSpan.FromHours(1) }));
    }

    [Fact]
    public void at_the_last_opportunity_any_report_moves_an_idle_end()
    {
        var (limited, free) = (SessionRules.Opened(The.Instant, _week, _idle, _month), SessionRules.Opened(The.Instant, _week, null, _month));

        Assert.True(SessionRules.IsWorthKeeping(limited, limited with { LastSeen = The.Instant + _tick }));
        Assert.False(SessionRules.IsWorthKeeping(limited, limited));
        Assert.False(SessionRules.IsWorthKeeping(free, free with { LastSeen = The.Instant + _tick }));
    }

    [Fact]
    public void a_revocation_outlives_every_cookie_of_the_session()
    {
        var times = SessionRules.Renewed(SessionRules.Opened(The.Instant, _week, null, _month), The.Instant + _tick, _week);

        Assert.True(SessionRules.RevokedUntil(times) > times.ExpiresAt);
        Assert.False(SessionRules.IsForgettable(times, times.ExpiresAt));
        Assert.True(SessionRules.IsForgettable(times, SessionRules.RevokedUntil(times)));
    }

    [Fact]
    public void a_session_is_looked_at_when_it_becomes_idle_or_forgettable()
    {
        var times = SessionRules.Opened(The.Instant, _week, _idle, _month);

        Assert.Equal(The.Instant + _idle + SessionRules.ReportDelay, SessionRules.NextCheck(times));
        Assert.Equal(SessionRules.RevokedUntil(times), SessionRules.NextCheck(times with { IdleLimit = null }));
        Assert.Equal(SessionRules.RevokedUntil(times), SessionRules.NextCheck(times with { EndedAt = The.Instant }));
        Assert.Equal(SessionRules.RevokedUntil(times), SessionRules.NextCheck(times with { IdleLimit = _month }));
    }
}
