using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Tests.Grants;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Sessions;

/// <summary>What a subject has open, with two activations of everything.</summary>
[Trait("Standard", "ASVS 7.5.2")]
public sealed class SubjectGrainTests : IAsyncLifetime
{
    private static readonly OpenSession _ada = SomeSession.Of("ada") with { Tenant = TwoClusters.Tenant, Browser = "Firefox · Windows" };

    private TwoClusters _clusters = null!;

    public async ValueTask InitializeAsync() => _clusters = await TwoClusters.Start();

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Fact]
    public async Task a_person_sees_the_sessions_that_are_open_the_newest_first()
    {
        await Open("a");
        _clusters.First.Clock.Advance(TimeSpan.FromMinutes(5));
        await Open("b");
        await Open("theirs", _ada with { Subject = "bob" });
        await Open("abroad", _ada with { Tenant = "egg" });

        var view = await Subject().Look("ada", default);

        Assert.Equal(["b", "a"], view.Sessions.Select(static session => session.Sid));
        Assert.Equal("Firefox · Windows", view.Sessions[0].Browser);
        Assert.Empty(view.Grants);
    }

    [Fact]
    public async Task an_ended_session_leaves_the_list_and_nothing_stays_in_storage()
    {
        await Open("a");

        await Session("a").End(_ada.Tenant, SessionEnd.LoggedOut, default);

        Assert.Empty((await Subject().Look("ada", default)).Sessions);
        Assert.Null(StoredList());
    }

    [Fact]
    public async Task a_list_that_still_names_what_is_gone_heals_when_it_is_looked_at()
    {
        await Open("a");
        _clusters.First.Storage.Lose(static key => key.Contains("session/a", StringComparison.Ordinal));
        _clusters.First.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Empty((await _clusters.Second.Grains.GetGrain<ISubjectGrain>(_ada.Tenant).Look("ada", default)).Sessions);

        Assert.Null(StoredList());
    }

    [Fact]
    public async Task neither_key_nor_record_names_the_person()
    {
        await Open("a");

        var (key, json) = _clusters.First.Storage.Records.Single(static record => record.Key.Contains("subject", StringComparison.Ordinal));

        Assert.DoesNotContain("ada", key + json, StringComparison.Ordinal);
        Assert.Matches(@"cheese\|subject\|[0-9a-f]{64}", key);
    }

    [Fact]
    public async Task of_many_logins_at_once_on_two_activations_none_is_missing()
    {
        var sids = Enumerable.Range(0, 40).Select(static number => $"parallel-{number}").ToList();

        await Task.WhenAll(sids.Select(sid => _clusters.Any().Open(Session(sid), _ada)));

        Assert.Equal(sids.Order(), (await Subject().Look("ada", default)).Sessions.Select(static session => session.Sid).Order());
    }

    [Fact]
    public async Task a_login_that_cannot_be_listed_does_not_begin()
    {
        _clusters.First.Storage.Before = static (call, grain) =>
            call == StorageCall.Write && grain.Type.ToString() == "subject" ? throw new InvalidOperationException("no room") : Task.CompletedTask;

        await Assert.ThrowsAnyAsync<Exception>(() => Open("a"));

        _clusters.First.Storage.Before = null;
        Assert.IsType<SessionOutcome.Gone>(await Session("a").Look(_ada.Tenant, default));
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_person_ends_one_session_of_their_own_and_nobody_elses()
    {
        await Open("a");
        await Open("b");
        await Open("theirs", _ada with { Subject = "bob" });

        Assert.True(await Subject().End("ada", "a", SessionEnd.EndedByPerson, default));
        Assert.False(await Subject().End("ada", "theirs", SessionEnd.EndedByPerson, default));
        Assert.False(await Subject().End("ada", "nobody's", SessionEnd.EndedByPerson, default));
        Assert.False(await _clusters.First.Grains.GetGrain<ISubjectGrain>("egg").End("ada", "b", SessionEnd.EndedByPerson, default));

        Assert.Equal(["b"], (await Subject().Look("ada", default)).Sessions.Select(static session => session.Sid));
        Assert.IsType<SessionOutcome.Alive>(await Session("theirs").Look(_ada.Tenant, default));
    }

    [Fact]
    [Trait("Attack", "19")]
    [Trait("Standard", "ASVS 7.4.2")]
    public async Task signing_out_everywhere_ends_every_session_and_every_grant_before_it_returns()
    {
        await Open("a");
        await Open("b");
        await Open("theirs", _ada with { Subject = "bob" });
        var (online, _) = await _clusters.Grant(TwoClusters.Facts("a"));
        var (offline, secret) = await _clusters.Grant(Offline());
        await Session("a").End(_ada.Tenant, SessionEnd.LoggedOut, default);

        var done = await Subject().SignOut("ada", default);

        Assert.Equal(new SignedOut(1, 1), done);
        Assert.True(await IsRevoked(RevocationKind.Session, "b"));
        Assert.True(await IsRevoked(RevocationKind.Grant, offline));
        Assert.False(await IsRevoked(RevocationKind.Grant, online));
        Assert.True(TwoClusters.IsInvalidGrant(await _clusters.Second.Grains.GetGrain<IGrantGrain>(offline).Refresh(TwoClusters.Refresh(secret), default)));
        Assert.Empty((await Subject().Look("ada", default)).Sessions);
        Assert.IsType<SessionOutcome.Alive>(await Session("theirs").Look(_ada.Tenant, default));
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_code_from_before_the_sign_out_buys_nothing_that_outlives_it()
    {
        var code = await _clusters.Code(Offline());

        await Subject().SignOut("ada", default);
        var outcome = await _clusters.First.Grains.GetGrain<Uitsmijter.Actors.GrainInterfaces.Authorization.IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);

        Assert.True(TwoClusters.IsInvalidGrant(outcome));
    }

    [Fact]
    public async Task a_sign_out_that_failed_halfway_is_finished_by_the_next_one()
    {
        await Open("a");
        await Open("b");
        _clusters.First.Storage.Before = static (call, grain) =>
            call == StorageCall.Write && grain.Key.ToString() == "b" ? throw new InvalidOperationException("no room") : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<Exception>(() => Subject().SignOut("ada", default));
        _clusters.First.Storage.Before = null;

        await Subject().SignOut("ada", default);

        Assert.IsType<SessionOutcome.Gone>(await Session("a").Look(_ada.Tenant, default));
        Assert.IsType<SessionOutcome.Gone>(await Session("b").Look(_ada.Tenant, default));
        Assert.Empty((await Subject().Look("ada", default)).Sessions);
    }

    [Fact]
    public async Task an_application_that_works_while_the_person_is_away_is_listed_and_can_be_cut_off()
    {
        var (grant, secret) = await _clusters.Grant(Offline());

        var listed = Assert.Single((await Subject().Look("ada", default)).Grants);
        Assert.False(await Subject().Revoke("bob", grant, default));
        Assert.True(await Subject().Revoke("ada", grant, default));

        Assert.Equal(grant, listed.Id);
        Assert.True(TwoClusters.IsInvalidGrant(await _clusters.First.Grains.GetGrain<IGrantGrain>(grant).Refresh(TwoClusters.Refresh(secret), default)));
        Assert.Empty((await Subject().Look("ada", default)).Grants);
    }

    [Fact]
    [Trait("Standard", "ASVS 7.1.2")]
    public async Task one_session_too_many_ends_the_oldest_for_certain()
    {
        for (var number = 0; number <= SubjectRules.MostSessions; number++)
        {
            await Open($"many-{number}");
        }

        Assert.IsType<SessionOutcome.Gone>(await Session("many-0").Look(_ada.Tenant, default));
        Assert.True(await IsRevoked(RevocationKind.Session, "many-0"));
        Assert.Equal(SubjectRules.MostSessions, (await Subject().Look("ada", default)).Sessions.Length);
    }

    private static Uitsmijter.Actors.Protocol.Grants.GrantFacts Offline() => TwoClusters.Facts("sid") with { IsOffline = true };

    private Task<SessionOutcome> Open(string sid, OpenSession? request = null) => _clusters.First.Open(Session(sid), request ?? _ada);

    private ISessionGrain Session(string sid) => _clusters.First.Grains.GetGrain<ISessionGrain>(sid);

    private ISubjectGrain Subject() => _clusters.First.Grains.GetGrain<ISubjectGrain>(_ada.Tenant);

    private string? StoredList() => _clusters.First.Storage.Records.FirstOrDefault(static record => record.Key.Contains("|subject|", StringComparison.Ordinal)).Value;

    private Task<bool> IsRevoked(RevocationKind kind, string id) =>
        _clusters.First.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(id)).Contains(kind, id, default);
}
