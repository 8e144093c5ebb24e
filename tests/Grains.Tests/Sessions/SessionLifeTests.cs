using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Sessions;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Sessions;

/// <summary>How sessions pass: limits, reports of use, the sweep, and what they leave behind.</summary>
public sealed class SessionLifeTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan _idle = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task a_session_ends_with_its_cookie_unless_renewed()
    {
        var session = await Opened("cookie-life");

        cluster.Clock.Advance(TimeSpan.FromDays(5));
        var renewed = await session.Renew("cheese/shop", TimeSpan.FromDays(7), default);
        cluster.Clock.Advance(TimeSpan.FromDays(6));
        var looked = await session.Look("cheese/shop", default);
        cluster.Clock.Advance(TimeSpan.FromDays(2));
        var late = await session.Renew("cheese/shop", TimeSpan.FromDays(7), default);

        Assert.IsType<SessionOutcome.Alive>(renewed);
        Assert.IsType<SessionOutcome.Alive>(looked);
        Assert.IsType<SessionOutcome.Gone>(late);
    }

    [Fact]
    public async Task no_renewal_passes_the_absolute_limit()
    {
        var session = await Opened("absolute");
        var end = cluster.Clock.GetUtcNow() + TimeSpan.FromDays(30);

        for (var week = 0; week < 4; week++)
        {
            cluster.Clock.Advance(TimeSpan.FromDays(6));
            var renewed = Assert.IsType<SessionOutcome.Alive>(await session.Renew("cheese/shop", TimeSpan.FromDays(7), default));
            Assert.InRange(renewed.Session.ExpiresAt, cluster.Clock.GetUtcNow(), end);
        }

        cluster.Clock.Advance(TimeSpan.FromDays(6) + TimeSpan.FromSeconds(1));
        Assert.IsType<SessionOutcome.Gone>(await session.Renew("cheese/shop", TimeSpan.FromDays(7), default));
    }

    [Fact]
    public async Task an_idle_session_is_revoked_although_nobody_asks_for_it()
    {
        await Opened("idle", _idle);

        cluster.Clock.Advance(_idle + SessionRules.ReportDelay + TimeSpan.FromSeconds(2));
        await Sweep();

        Assert.True(await FeedOf("idle").Contains(RevocationKind.Session, "idle", default));
        Assert.IsType<SessionOutcome.Gone>(await Session("idle").Look("cheese/shop", default));
    }

    [Fact]
    public async Task a_session_in_use_is_not_idle()
    {
        var session = await Opened("in-use", _idle);

        for (var hour = 0; hour < 6; hour++)
        {
            cluster.Clock.Advance(_idle - TimeSpan.FromMinutes(2));
            await session.Seen("cheese/shop", cluster.Clock.GetUtcNow());
            cluster.Clock.Advance(TimeSpan.FromMinutes(2));
            await Sweep();
        }

        Assert.IsType<SessionOutcome.Alive>(await session.Look("cheese/shop", default));
        Assert.False(await FeedOf("in-use").Contains(RevocationKind.Session, "in-use", default));
    }

    [Fact]
    public async Task reports_of_use_survive_an_orderly_deactivation()
    {
        var session = await Opened("flushed", _idle);
        cluster.Clock.Advance(TimeSpan.FromMinutes(2));
        await session.Seen("cheese/shop", cluster.Clock.GetUtcNow());
        var before = cluster.Storage.RecordOf(session);

        await cluster.Cluster.DisposeAsync();
        var after = cluster.Storage.RecordOf(session);

        Assert.NotEqual(before, after);
        await cluster.InitializeAsync();
    }

    [Fact]
    public async Task reports_of_use_are_written_only_when_they_matter()
    {
        var session = await Opened("coalesced", _idle);
        cluster.Storage.ForgetWrites();

        for (var report = 0; report < 20; report++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(30));
            await session.Seen("cheese/shop", cluster.Clock.GetUtcNow());
        }

        Assert.InRange(cluster.Storage.Writes.Count, 1, 4);
    }

    [Fact]
    public async Task without_an_idle_limit_reports_of_use_are_written_once_an_hour()
    {
        var session = await Opened("no-limit");
        cluster.Storage.ForgetWrites();

        for (var report = 0; report < 9; report++)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(20));
            await session.Seen("cheese/shop", cluster.Clock.GetUtcNow());
        }

        Assert.Equal(3, cluster.Storage.Writes.Count);
    }

    [Fact]
    [Trait("Attack", "48")]
    public async Task a_report_from_the_future_does_not_lengthen_a_session()
    {
        var session = await Opened("future", _idle);

        await session.Seen("cheese/shop", cluster.Clock.GetUtcNow() + TimeSpan.FromDays(1));
        cluster.Clock.Advance(_idle + SessionRules.ReportDelay + TimeSpan.FromSeconds(2));

        Assert.IsType<SessionOutcome.Gone>(await session.Look("cheese/shop", default));
    }

    [Fact]
    public async Task a_look_at_an_idle_session_revokes_it_too()
    {
        var session = await Opened("looked-idle", _idle);
        cluster.Clock.Advance(_idle + SessionRules.ReportDelay + TimeSpan.FromSeconds(2));

        await session.Renew("cheese/shop", TimeSpan.FromDays(7), default);

        Assert.True(await FeedOf("looked-idle").Contains(RevocationKind.Session, "looked-idle", default));
    }

    [Fact]
    public async Task an_activation_that_stood_still_ends_no_session_as_idle_that_was_used_at_another_one()
    {
        var session = await Opened("used-elsewhere", _idle);
        await session.Look("cheese/shop", default);
        cluster.Clock.Advance(_idle + SessionRules.ReportDelay + TimeSpan.FromSeconds(2));

        // What another activation has written meanwhile.
        var stored = new GrainState<SessionState>();
        await cluster.Storage.ReadStateAsync(SessionGrain.RecordName, session.GetGrainId(), stored);
        stored.State = stored.State!.With(stored.State.Times with { LastSeen = cluster.Clock.GetUtcNow() });
        await cluster.Storage.WriteStateAsync(SessionGrain.RecordName, session.GetGrainId(), stored);

        Assert.IsType<SessionOutcome.Alive>(await session.Look("cheese/shop", default));
        Assert.False(await FeedOf("used-elsewhere").Contains(RevocationKind.Session, "used-elsewhere", default));
    }

    [Fact]
    public async Task past_sessions_leave_no_record_behind()
    {
        var (expired, ended) = (await Opened("expired"), await Opened("ended"));
        await ended.End("cheese/shop", SessionEnd.LoggedOut, default);
        var before = cluster.Storage.RecordOf(ended);

        cluster.Clock.Advance(TimeSpan.FromDays(7) + SessionRules.ClockTolerance + TimeSpan.FromSeconds(2));
        await Sweep();

        Assert.NotNull(before);
        Assert.Null(cluster.Storage.RecordOf(expired));
        Assert.Null(cluster.Storage.RecordOf(ended));
    }

    [Fact]
    public async Task a_stored_session_is_small()
    {
        var session = await Opened("small", _idle);

        var record = cluster.Storage.RecordOf(session)!;

        Assert.InRange(Encoding.UTF8.GetByteCount(record), 1, 600);
    }

    private async Task Sweep()
    {
        // Each silo sweeps by itself on real time; what it took meanwhile comes up again after its minute.
        await cluster.Of<SessionSweep>(0).SweepAsync(default);
        await cluster.Of<SessionSweep>(1).SweepAsync(default);
    }

    private async Task<ISessionGrain> Opened(string sid, TimeSpan? idleLimit = null)
    {
        Assert.IsType<SessionOutcome.Alive>(await cluster.Open(Session(sid), SomeSession.Of("ada", idleLimit)));
        return Session(sid);
    }

    private ISessionGrain Session(string sid) => cluster.Grains.GetGrain<ISessionGrain>(sid);

    private IRevocationFeedGrain FeedOf(string sid) => cluster.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(sid));
}
