using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Grains.Tests.Keys;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>What a refresh may ask for, and what is left of it when the client was changed (RFC 6749 §6).</summary>
public sealed class RefreshedScopesTests : RefreshWorld
{
    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_may_narrow_the_scope_and_never_widens_it()
    {
        var (grantId, first) = await Clusters.Grant();

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
        var (grantId, first) = await Clusters.Grant();
        var (entry, less) = (SomeCatalog.Client(1, TwoClusters.Tenant), SomeCatalog.Client(1, TwoClusters.Tenant));
        less = less with { Client = less.Client with { Scopes = ["openid"] } };
        await Clusters.PublishToFirst(new CatalogChange { Clients = [less] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length == 1);

        var without = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var second = RefreshTokenText.Split(without.Tokens.RefreshToken!)!.Value.Secret;
        var asked = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(second) with { Scopes = ["email", "openid"] }, default);
        await Clusters.PublishToFirst(new CatalogChange { Clients = [entry] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length > 1);
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
        var (grantId, first) = await Clusters.Grant(TwoClusters.Facts() with { ProviderScopes = isGiven ? ["email"] : [] });
        var less = SomeCatalog.Client(1, TwoClusters.Tenant);
        less = less with { Client = less.Client with { Scopes = ["openid"], AllowedProviderScopes = ["email"] } };
        await Clusters.PublishToFirst(new CatalogChange { Clients = [less] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length == 1);

        var after = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);

        Assert.Equal(isGiven ? "email openid" : "openid", after.Tokens.Scope);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_single_claim_whose_scope_was_taken_from_the_client_is_promised_by_no_token_of_a_refresh()
    {
        var (grantId, first) = await Clusters.Grant(TwoClusters.Facts() with { ClaimsJson = """{"userinfo":{"email":null,"shoe":null}}""" });
        var less = SomeCatalog.Client(1, TwoClusters.Tenant);
        less = less with { Client = less.Client with { Scopes = ["openid"] } };

        var before = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        await Clusters.PublishToFirst(new CatalogChange { Clients = [less] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.Scopes.Length == 1);
        var after = (TokenOutcome.Issued)await Grain(grantId).Refresh(TwoClusters.Refresh(RefreshTokenText.Split(before.Tokens.RefreshToken!)!.Value.Secret), default);

        Assert.Equal("email shoe", Promised(before));
        Assert.Equal("shoe", Promised(after));

        static string Promised(TokenOutcome.Issued outcome) =>
            string.Join(' ', Tokens.Claims(outcome.Tokens.AccessToken).GetProperty(JwtClaims.UserInfoClaims).EnumerateArray().Select(static name => name.GetString()).Order());
    }
}
