using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Sessions;
using Orleans.Storage;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Sessions;

public sealed class SessionGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan _cookieLife = TimeSpan.FromDays(7);

    [Fact]
    public async Task an_opened_session_is_the_person_who_logged_in()
    {
        var session = Session("opened");

        await cluster.Open(session, Ada);
        var outcome = await session.Look(Ada.Tenant, default);

        var alive = Assert.IsType<SessionOutcome.Alive>(outcome).Session;
        Assert.Equal(("opened", Ada.Tenant, Ada.Subject, Ada.User, Ada.Role), (alive.Sid, alive.Tenant, alive.Subject, alive.User, alive.Role));
        Assert.Equal((Ada.ProfileJson, Ada.Mode, Ada.Responsibility), (alive.ProfileJson, alive.Mode, alive.Responsibility));
        Assert.Equal(Ada.ProviderScopes, alive.ProviderScopes);
        Assert.Equal(cluster.Clock.GetUtcNow(), alive.AuthTime, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task a_session_id_is_opened_once()
    {
        var session = Session("once");
        await cluster.Open(session, Ada);

        await Assert.ThrowsAsync<InconsistentStateException>(() => cluster.Open(session, Ada with { Subject = "mallory" }));

        Assert.Equal(Ada.Subject, Assert.IsType<SessionOutcome.Alive>(await session.Look(Ada.Tenant, default)).Session.Subject);
    }

    [Fact]
    [Trait("Attack", "20")]
    public async Task another_tenant_finds_nothing_changes_nothing_and_ends_nothing()
    {
        var session = Session("foreign");
        await cluster.Open(session, Ada);

        SessionOutcome[] outcomes =
        [
            await session.Look("bike/shop", default),
            await session.Renew("bike/shop", _cookieLife, default),
            await session.End("bike/shop", SessionEnd.LoggedOut, default),
        ];

        Assert.All(outcomes, outcome => Assert.IsType<SessionOutcome.Gone>(outcome));
        Assert.IsType<SessionOutcome.Alive>(await session.Look(Ada.Tenant, default));
    }

    [Fact]
    public async Task what_a_person_agreed_to_is_remembered_with_the_session()
    {
        var session = Session("agreed");
        var client = Guid.NewGuid();
        await cluster.Open(session, Ada);
        await session.Give(new GiveGrant { Tenant = Ada.Tenant, Client = client, Consented = ["openid"], ConsentedClaims = ["email"] }, default);

        await session.Give(new GiveGrant { Tenant = Ada.Tenant, Client = client, ConsentedClaims = ["name"], ConsentedResources = ["https://api.test"] }, default);

        var given = Assert.Single(Assert.IsType<SessionOutcome.Alive>(await session.Look(Ada.Tenant, default)).Session.Clients);
        Assert.Equal(["openid"], given.Consented);
        Assert.Equal(["email", "name"], given.ConsentedClaims);
        Assert.Equal(["https://api.test"], given.ConsentedResources);
    }

    [Fact]
    public async Task a_session_somebody_looked_at_before_its_record_was_written_is_alive_afterwards()
    {
        // The subject's list names a session a moment before it exists, and the account page looks at whatever the list names.
        var looked = new TaskCompletionSource<SessionOutcome>();
        cluster.Storage.Before = async (call, grain) =>
        {
            if (call == StorageCall.Write && grain.Type.ToString() == SessionGrain.TypeName && !looked.Task.IsCompleted)
            {
                looked.SetResult(await Session(grain.Key.ToString()!).Look(Ada.Tenant, default));
            }
        };
        Session opened;
        try
        {
            opened = await cluster.Of<SessionOpenings>(0).Open(Ada);
        }
        finally
        {
            cluster.Storage.Before = null;
        }

        Assert.IsType<SessionOutcome.Gone>(await looked.Task);
        Assert.IsType<SessionOutcome.Alive>(await Session(opened.Sid).Look(Ada.Tenant, default));
        Assert.IsType<SessionOutcome.Alive>(await Session(opened.Sid).Renew(Ada.Tenant, _cookieLife, default));
    }

    [Fact]
    public async Task an_unknown_session_is_gone()
    {
        var session = Session("unknown");

        var looked = await session.Look(Ada.Tenant, default);
        var renewed = await session.Renew(Ada.Tenant, _cookieLife, default);

        Assert.IsType<SessionOutcome.Gone>(looked);
        Assert.IsType<SessionOutcome.Gone>(renewed);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task an_ended_session_is_gone_and_revoked_in_every_silo()
    {
        var session = Session("ended");
        await cluster.Open(session, Ada);

        await session.End(Ada.Tenant, SessionEnd.LoggedOut, default);
        await session.End(Ada.Tenant, SessionEnd.LoggedOut, default);

        Assert.IsType<SessionOutcome.Gone>(await session.Look(Ada.Tenant, default));
        Assert.IsType<SessionOutcome.Gone>(await session.Renew(Ada.Tenant, _cookieLife, default));
        await ClusterFixture.Until(() => Enumerable.Range(0, 2).All(silo => cluster.Of<RevokedIds>(silo).Contains(RevocationKind.Session, "ended")));
    }

    [Fact]
    public async Task the_end_of_a_session_nobody_remembers_still_revokes_its_cookies()
    {
        var session = Session("forgotten");

        await session.End(Ada.Tenant, SessionEnd.LoggedOut, default);

        Assert.True(await FeedOf("forgotten").Contains(RevocationKind.Session, "forgotten", default));
        Assert.IsType<SessionOutcome.Gone>(await cluster.Open(session, Ada));
    }

    private static OpenSession Ada => SomeSession.Of("ada");

    private ISessionGrain Session(string sid) => cluster.Grains.GetGrain<ISessionGrain>(sid);

    private IRevocationFeedGrain FeedOf(string sid) => cluster.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(sid));
}
