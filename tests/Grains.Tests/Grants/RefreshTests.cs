using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Grains.Tests.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>The life of refresh tokens (RFC 6749 §6, RFC 9700 §4.14).</summary>
public sealed class RefreshTests : IAsyncLifetime
{
    private TwoClusters _clusters = null!;

    public async ValueTask InitializeAsync() => _clusters = await TwoClusters.Start();

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_spent_refresh_token_revokes_its_family_once_the_grace_is_over()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

        var replay = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(second), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(heir));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_of_two_generations_ago_revokes_its_family_even_within_the_grace()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);
        var third = await Use(grantId, second);

        var replay = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(third), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(heir));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_spent_refresh_token_revokes_its_family_whatever_is_asked_for_with_it()
    {
        foreach (var greedy in new Func<RefreshGrant, RefreshGrant>[] { static ask => ask with { Scopes = ["admin"] }, static ask => ask with { Resources = ["https://api.test"] } })
        {
            var (grantId, first) = await _clusters.Grant();
            var second = await Use(grantId, first);
            _clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

            var replay = await Grain(grantId).Refresh(greedy(TwoClusters.Refresh(first)), default);
            var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(second), default);

            // Another answer would let a thief try what the grant holds without anybody noticing.
            Assert.True(TwoClusters.IsInvalidGrant(replay));
            Assert.True(TwoClusters.IsInvalidGrant(heir));
        }
    }

    [Theory]
    [InlineData("current", true)]
    [InlineData("previous", true)]
    [InlineData("spent", true)]
    [InlineData("expired", true)]
    [InlineData("guess", false)]
    [InlineData("other client", false)]
    [InlineData("other tenant", false)]
    [Trait("Attack", "24")]
    [Trait("Standard", "RFC 7009")]
    public async Task whoever_holds_a_refresh_token_of_the_family_may_revoke_it_and_nobody_else(string what, bool ends)
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);
        var held = what is "spent" or "previous" ? first : what == "guess" ? RefreshTokenText.MakeSecret(new byte[32], new byte[32]) : second;
        _clusters.First.Clock.Advance(what == "spent" ? TimeSpan.FromSeconds(11) : what == "expired" ? TimeSpan.FromDays(31) : TimeSpan.Zero);

        await Grain(grantId).EndByToken(
            held, SomeCatalog.Ident(what == "other client" ? 2 : 1), what == "other tenant" ? "bread" : TwoClusters.Tenant, _clusters.First.Clock.GetUtcNow() + TimeSpan.FromHours(2), default);

        Assert.Equal(ends, TwoClusters.IsInvalidGrant(await Grain(grantId).Refresh(TwoClusters.Refresh(second), default)));
        Assert.Equal(ends, await _clusters.First.Of<Revocations>(0).IsRevoked(RevocationKind.Grant, grantId, default));
    }

    [Fact]
    [Trait("Attack", "41")]
    public async Task a_grant_tells_its_profile_for_its_own_subject_and_tenant_until_it_is_over()
    {
        var facts = TwoClusters.Facts() with { ProfileJson = """{"name":"Ada"}""" };
        var (grantId, _) = await _clusters.Grant(facts);

        var (own, foreignSubject, foreignTenant) = (await Grain(grantId).Profile(facts.Tenant, facts.Subject, default),
            await Grain(grantId).Profile(facts.Tenant, "eve", default), await Grain(grantId).Profile("bread", facts.Subject, default));
        await Grain(grantId).Revoke(_clusters.First.Clock.GetUtcNow(), default);
        var over = await Grain(grantId).Profile(facts.Tenant, facts.Subject, default);

        Assert.Equal((facts.ProfileJson, null, null, null), (own, foreignSubject, foreignTenant, over));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_guess_ends_nothing()
    {
        var (grantId, first) = await _clusters.Grant();

        var guess = await Grain(grantId).Refresh(TwoClusters.Refresh(RefreshTokenText.MakeSecret(new byte[32], new byte[32])), default);
        var right = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);

        Assert.True(TwoClusters.IsInvalidGrant(guess));
        Assert.IsType<TokenOutcome.Issued>(right);
    }

    [Fact]
    public async Task a_client_that_did_not_hear_the_answer_gets_the_same_successor_within_the_grace()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(9));

        var again = await Use(grantId, first, _clusters.Second);

        Assert.Equal(second, again);
    }

    [Fact]
    public async Task the_sealed_successor_leaves_storage_once_the_grace_is_over_and_the_token_stays_good()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);
        Assert.True(HasSuccessor(grantId));

        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(20));
        await ClusterFixture.Until(() => !HasSuccessor(grantId));

        Assert.NotEqual(second, await Use(grantId, second));
    }

    [Fact]
    public async Task the_end_of_one_grace_does_not_take_the_successor_of_the_next_rotation()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(19));
        var third = await Use(grantId, second, _clusters.Second);

        // The activation of the first rotation has read the second one when its time comes.
        await Grain(grantId).Inspect(third, default);
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(third, await Use(grantId, second));
        Assert.True(HasSuccessor(grantId));
    }

    [Fact]
    public async Task a_good_token_is_not_refused_by_an_activation_that_did_not_see_the_successor_go()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);
        Assert.Equal(second, await Use(grantId, first, _clusters.Second));
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(20));
        await ClusterFixture.Until(() => !HasSuccessor(grantId));

        Assert.NotEqual(second, await Use(grantId, second, _clusters.Second));
    }

    [Fact]
    public async Task a_token_that_another_activation_gave_is_not_taken_for_a_spent_one()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first, _clusters.Second);

        // The activation that gave the first one still holds it for the current one.
        var third = await Use(grantId, second, _clusters.First);

        Assert.IsType<TokenOutcome.Issued>(await Grain(grantId).Refresh(TwoClusters.Refresh(third), default));
    }

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Invariant", "2")]
    public async Task a_spent_token_ends_its_family_also_where_it_is_held_for_the_current_one()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first, _clusters.Second);
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

        // The activation that gave the first one never heard of the rotation: a silo that was cut off, and is back.
        var replay = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var heir = await _clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(second), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(heir));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_good_token_is_known_to_an_activation_that_is_older_than_its_grant()
    {
        var grantId = GrantIds.New();
        await _clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh("guess"), default);
        var opened = (TokenOutcome.Issued)await Grain(grantId).Open(
            new OpenGrant { Facts = TwoClusters.Facts(), Resources = [], WithRefreshToken = true, Terms = TwoClusters.Terms }, default);

        var refreshed = await _clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(
            TwoClusters.Refresh(RefreshTokenText.Split(opened.Tokens.RefreshToken!)!.Value.Secret), default);

        Assert.IsType<TokenOutcome.Issued>(refreshed);
    }

    [Theory]
    [Trait("Attack", "24")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_revocation_lasts_as_long_as_the_longest_token_of_the_grant_whatever_the_life_is_now(bool isReplay)
    {
        var day = TwoClusters.Terms with { AccessTokenLife = TimeSpan.FromDays(1) };
        var hour = TwoClusters.Terms with { AccessTokenLife = TimeSpan.FromHours(1) };
        var code = await _clusters.Code();
        var opened = (TokenOutcome.Issued)await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem() with { Terms = day }, default);
        var (grantId, first) = RefreshTokenText.Split(opened.Tokens.RefreshToken!)!.Value;
        var given = _clusters.First.Clock.GetUtcNow();
        await Grain(grantId).Refresh(TwoClusters.Refresh(first) with { Terms = hour }, default);
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

        await (isReplay
            ? Grain(grantId).Refresh(TwoClusters.Refresh(first) with { Terms = hour }, default)
            : Grain(grantId).Revoke(_clusters.First.Clock.GetUtcNow() + hour.AccessTokenLife, default));

        Assert.True(await RevokedUntil(grantId) >= given + day.AccessTokenLife);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_grant_without_a_record_is_revoked_for_the_longest_life_a_client_can_have()
    {
        var grantId = GrantIds.New();
        var now = _clusters.First.Clock.GetUtcNow();

        await Grain(grantId).Revoke(now + TimeSpan.FromHours(1), default);

        Assert.True(await RevokedUntil(grantId) >= now + ClientTokenLives.MostAccess);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task another_client_cannot_use_a_refresh_token_and_does_not_spend_it()
    {
        var (grantId, first) = await _clusters.Grant();

        var foreign = await Grain(grantId).Refresh(TwoClusters.Refresh(first, client: 2), default);
        var right = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);

        Assert.True(TwoClusters.IsInvalidGrant(foreign));
        Assert.IsType<TokenOutcome.Issued>(right);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_may_narrow_the_scope_and_never_widens_it()
    {
        var (grantId, first) = await _clusters.Grant();

        var wide = await Grain(grantId).Refresh(TwoClusters.Refresh(first) with { Scopes = ["openid", "profile"] }, default);
        var narrow = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(first) with { Scopes = ["email"] }, default);
        var full = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(RefreshTokenText.Split(narrow.Tokens.RefreshToken!)!.Value.Secret), default);

        Assert.Equal(OAuthErrors.InvalidScope, TwoClusters.ErrorOf(wide));
        Assert.Equal("email", narrow.Tokens.Scope);
        Assert.Equal("email openid", full.Tokens.Scope);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_scope_taken_from_the_file_of_a_client_ends_with_the_next_refresh_and_comes_back_with_the_file()
    {
        var (grantId, first) = await _clusters.Grant();
        var (entry, less) = (SomeCatalog.Client(1, TwoClusters.Tenant), SomeCatalog.Client(1, TwoClusters.Tenant));
        less = less with { Client = less.Client with { Scopes = ["openid"] } };
        await _clusters.PublishToFirst(new CatalogChange { Clients = [less] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length == 1);

        var without = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var second = RefreshTokenText.Split(without.Tokens.RefreshToken!)!.Value.Secret;
        var asked = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(second) with { Scopes = ["email", "openid"] }, default);
        await _clusters.PublishToFirst(new CatalogChange { Clients = [entry] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length > 1);
        var third = RefreshTokenText.Split(asked.Tokens.RefreshToken!)!.Value.Secret;
        var again = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(third), default);

        Assert.Equal("openid", without.Tokens.Scope);
        Assert.Equal("openid", asked.Tokens.Scope);
        Assert.Equal("email openid", again.Tokens.Scope);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Attack", "24")]
    public async Task a_scope_taken_from_the_file_stays_with_whom_the_login_script_gave_it_and_with_nobody_else(bool isGiven)
    {
        var (grantId, first) = await _clusters.Grant(TwoClusters.Facts() with { ProviderScopes = isGiven ? ["email"] : [] });
        var less = SomeCatalog.Client(1, TwoClusters.Tenant);
        less = less with { Client = less.Client with { Scopes = ["openid"], AllowedProviderScopes = ["email"] } };
        await _clusters.PublishToFirst(new CatalogChange { Clients = [less] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length == 1);

        var after = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);

        Assert.Equal(isGiven ? "email openid" : "openid", after.Tokens.Scope);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_single_claim_whose_scope_was_taken_from_the_client_is_promised_by_no_token_of_a_refresh()
    {
        var (grantId, first) = await _clusters.Grant(TwoClusters.Facts() with { ClaimsJson = """{"userinfo":{"email":null,"shoe":null}}""" });
        var less = SomeCatalog.Client(1, TwoClusters.Tenant);
        less = less with { Client = less.Client with { Scopes = ["openid"] } };

        var before = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        await _clusters.PublishToFirst(new CatalogChange { Clients = [less] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length == 1);
        var after = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(RefreshTokenText.Split(before.Tokens.RefreshToken!)!.Value.Secret), default);

        Assert.Equal("email shoe", Promised(before));
        Assert.Equal("shoe", Promised(after));

        static string Promised(TokenOutcome.Issued outcome) =>
            string.Join(' ', Tokens.Claims(outcome.Tokens.AccessToken).GetProperty(JwtClaims.UserInfoClaims).EnumerateArray().Select(static name => name.GetString()).Order());
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_ends_unused_after_its_life_and_used_at_the_end_of_its_family()
    {
        var (unused, spare) = await _clusters.Grant();
        var (used, secret) = await _clusters.Grant();
        for (var month = 0; month < 3; month++)
        {
            _clusters.First.Clock.Advance(TimeSpan.FromDays(29));
            secret = await Use(used, secret);
        }

        _clusters.First.Clock.Advance(TimeSpan.FromDays(4));

        Assert.True(TwoClusters.IsInvalidGrant(await Grain(unused).Refresh(TwoClusters.Refresh(spare), default)));
        Assert.True(TwoClusters.IsInvalidGrant(await Grain(used).Refresh(TwoClusters.Refresh(secret), default)));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_ends_with_its_session_unless_it_was_asked_for_offline()
    {
        var (bound, boundSecret) = await _clusters.Grant(TwoClusters.Facts("sid-1"));
        var (offline, offlineSecret) = await _clusters.Grant(TwoClusters.Facts("sid-1") with { IsOffline = true });
        await _clusters.First.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf("sid-1")).Append(
            new RevocationEntry(RevocationKind.Session, "sid-1", _clusters.First.Clock.GetUtcNow().AddDays(30)), default);

        await ClusterFixture.Until(() => _clusters.First.Of<RevokedIds>(0).Contains(RevocationKind.Session, "sid-1"));
        var ended = await Grain(bound).Refresh(TwoClusters.Refresh(boundSecret), default);
        var lives = await Grain(offline).Refresh(TwoClusters.Refresh(offlineSecret), default);

        Assert.True(TwoClusters.IsInvalidGrant(ended));
        Assert.IsType<TokenOutcome.Issued>(lives);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_ends_with_its_client_and_a_client_of_the_same_ident_of_another_tenant_does_not_inherit_it()
    {
        var (grantId, secret) = await _clusters.Grant();
        await _clusters.PublishToFirst(new CatalogChange { RemovedClients = [SomeCatalog.Ident(1)] }, static entries => entries.Client(SomeCatalog.Ident(1)) is null);

        var deleted = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);
        await _clusters.PublishToFirst(
            new CatalogChange { Tenants = [SomeCatalog.Tenant("bread")], Clients = [SomeCatalog.Client(1, "bread")] },
            static entries => entries.Client(SomeCatalog.Ident(1))?.Client.TenantName == "bread");
        var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);

        Assert.Equal(OAuthErrors.InvalidClient, TwoClusters.ErrorOf(deleted));
        Assert.Equal((OAuthErrors.InvalidGrant, Reasons.TenantMismatch), (TwoClusters.ErrorOf(heir), ((TokenOutcome.Refused)heir).Error.Reason));
    }

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Attack", "25")]
    public async Task a_refresh_token_does_not_outlive_the_grant_type_or_the_tenant_of_its_client()
    {
        var (grantId, secret) = await _clusters.Grant();
        var (entry, codesOnly) = (SomeCatalog.Client(1, TwoClusters.Tenant), SomeCatalog.Client(1, TwoClusters.Tenant));
        codesOnly = codesOnly with { Client = codesOnly.Client with { GrantTypes = [GrantTypes.AuthorizationCode] } };
        await _clusters.PublishToFirst(new CatalogChange { Clients = [codesOnly] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.GrantTypes.Length == 1);
        var narrowed = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);
        await _clusters.PublishToFirst(new CatalogChange { Clients = [entry] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.GrantTypes.Length > 1);
        await _clusters.PublishToFirst(new CatalogChange { RemovedTenants = [TwoClusters.Tenant] }, static entries => entries.Tenant(TwoClusters.Tenant) is null);

        var homeless = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);

        Assert.Equal(OAuthErrors.UnauthorizedClient, TwoClusters.ErrorOf(narrowed));
        Assert.IsType<TokenOutcome.Refused>(homeless);
    }

    [Fact]
    public async Task what_is_stored_of_a_grant_opens_nothing()
    {
        var (grantId, first) = await _clusters.Grant();
        var second = await Use(grantId, first);

        var stored = string.Join('\n', _clusters.First.Storage.Records.Values);

        Assert.DoesNotContain(first, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(second, stored, StringComparison.Ordinal);
        Assert.Contains(SomeCatalog.Ident(1).ToString(), stored, StringComparison.Ordinal);
    }

    private async Task<DateTimeOffset> RevokedUntil(string grantId)
    {
        var page = await _clusters.First.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(grantId)).Read(0, 0, 1_000, default);
        return page.Entries.Where(entry => entry.Id == grantId).Max(static entry => entry.Until);
    }

    private bool HasSuccessor(string grantId) =>
        JsonDocument.Parse(_clusters.First.Storage.RecordOf(Grain(grantId))!).RootElement.GetProperty("family").TryGetProperty("sealedSuccessor", out var value) && value.ValueKind == JsonValueKind.String;

    private IGrantGrain Grain(string grantId) => _clusters.First.Grains.GetGrain<IGrantGrain>(grantId);

    private async Task<string> Use(string grantId, string secret, ClusterFixture? cluster = null)
    {
        var outcome = await (cluster ?? _clusters.First).Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default);
        return RefreshTokenText.Split(((TokenOutcome.Issued)outcome).Tokens.RefreshToken!)!.Value.Secret;
    }
}
