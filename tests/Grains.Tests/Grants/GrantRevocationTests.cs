using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>Who may end a grant, and how long its end is known (RFC 7009).</summary>
public sealed class GrantRevocationTests : RefreshWorld
{
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
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);
        var held = what is "spent" or "previous" ? first : what == "guess" ? RefreshTokenText.MakeSecret(new byte[32], new byte[32]) : second;
        Clusters.First.Clock.Advance(what == "spent" ? TimeSpan.FromSeconds(11) : what == "expired" ? TimeSpan.FromDays(31) : TimeSpan.Zero);

        await Grain(grantId).EndByToken(
            held, SomeCatalog.Ident(what == "other client" ? 2 : 1), what == "other tenant" ? "bread" : TwoClusters.Tenant, Clusters.First.Clock.GetUtcNow() + TimeSpan.FromHours(2), default);

        Assert.Equal(ends, TwoClusters.IsInvalidGrant(await Grain(grantId).Refresh(TwoClusters.Refresh(second), default)));

        // The mirror that is asked first hears of it within a second.
        await ClusterFixture.Until(async () => await Clusters.First.Of<Revocations>(0).IsRevoked(RevocationKind.Grant, grantId, default) == ends);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_guess_ends_nothing()
    {
        var (grantId, first) = await Clusters.Grant();

        var guess = await Grain(grantId).Refresh(TwoClusters.Refresh(RefreshTokenText.MakeSecret(new byte[32], new byte[32])), default);
        var right = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);

        Assert.True(TwoClusters.IsInvalidGrant(guess));
        Assert.IsType<TokenOutcome.Issued>(right);
    }

    [Theory]
    [Trait("Attack", "24")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_revocation_lasts_as_long_as_the_longest_token_of_the_grant_whatever_the_life_is_now(bool isReplay)
    {
        var day = TwoClusters.Terms with { AccessTokenLife = TimeSpan.FromDays(1) };
        var hour = TwoClusters.Terms with { AccessTokenLife = TimeSpan.FromHours(1) };
        var code = await Clusters.Code();
        var opened = (TokenOutcome.Issued)await Clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem() with { Terms = day }, default);
        var (grantId, first) = RefreshTokenText.Split(opened.Tokens.RefreshToken!)!.Value;
        var given = Clusters.First.Clock.GetUtcNow();
        await Grain(grantId).Refresh(TwoClusters.Refresh(first) with { Terms = hour }, default);
        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

        await (isReplay
            ? Grain(grantId).Refresh(TwoClusters.Refresh(first) with { Terms = hour }, default)
            : Grain(grantId).Revoke(Clusters.First.Clock.GetUtcNow() + hour.AccessTokenLife, default));

        Assert.True(await RevokedUntil(grantId) >= given + day.AccessTokenLife);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_grant_without_a_record_is_revoked_for_the_longest_life_a_client_can_have()
    {
        var grantId = GrantIds.New();
        var now = Clusters.First.Clock.GetUtcNow();

        await Grain(grantId).Revoke(now + TimeSpan.FromHours(1), default);

        Assert.True(await RevokedUntil(grantId) >= now + ClientTokenLives.MostAccess);
    }

    private async Task<DateTimeOffset> RevokedUntil(string grantId)
    {
        var page = await Clusters.First.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(grantId)).Read(0, 0, 1_000, default);
        return page.Entries.Where(entry => entry.Id == grantId).Max(static entry => entry.Until);
    }
}
