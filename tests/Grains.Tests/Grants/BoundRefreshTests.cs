using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>Codes and refresh tokens that are bound to a key (RFC 9449 §5, §10), on two activations.</summary>
[Trait("Attack", "33")]
public sealed class BoundRefreshTests
{
    [Fact]
    public async Task a_proof_that_was_used_before_spends_neither_a_code_nor_a_refresh_token()
    {
        await using var clusters = await TwoClusters.Start();
        var code = await clusters.Code();
        var used = Proof("a");

        var burnt = await clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(await clusters.Code()).Redeem(Redeem("key", used), default);
        var replayed = await clusters.Second.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(Redeem("key", used), default);
        var tokens = Tokens(await clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(Redeem("key", Proof("b")), default));
        var (grantId, secret) = RefreshTokenText.Split(tokens.RefreshToken!)!.Value;
        var again = await clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(Refresh(secret, "key", used), default);
        var fresh = await clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(Refresh(secret, "key", Proof("c")), default);

        Assert.IsType<TokenOutcome.Issued>(burnt);
        Assert.Equal("invalid_dpop_proof", Error(replayed));
        Assert.Equal("DPoP", tokens.TokenType);
        Assert.Equal("invalid_dpop_proof", Error(again));
        Assert.Equal("DPoP", Tokens(fresh).TokenType);
    }

    [Fact]
    public async Task inside_the_grace_only_the_key_of_the_rotation_gets_its_successor()
    {
        await using var clusters = await TwoClusters.Start();
        var tokens = Tokens(await clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(await clusters.Code()).Redeem(Redeem("key", Proof("a")), default));
        var (grantId, secret) = RefreshTokenText.Split(tokens.RefreshToken!)!.Value;
        var grant = clusters.First.Grains.GetGrain<IGrantGrain>(grantId);

        var rotated = Tokens(await grant.Refresh(Refresh(secret, "next", Proof("b")), default));
        var own = Tokens(await grant.Refresh(Refresh(secret, "next", Proof("c")), default));
        var other = await grant.Refresh(Refresh(secret, "key", Proof("d")), default);
        var bare = await grant.Refresh(Refresh(secret, null, null), default);

        Assert.Equal(rotated.RefreshToken, own.RefreshToken);
        Assert.Equal("invalid_grant", Error(other));
        Assert.Equal("invalid_dpop_proof", Error(bare));
    }

    private static ProofUse Proof(string id) => new(Digests.KeyOf("dpop", "key", id), The.Instant.AddMinutes(6));

    private static RedeemCode Redeem(string jkt, ProofUse proof) => TwoClusters.Redeem() with { Jkt = jkt, Proof = proof };

    private static RefreshGrant Refresh(string secret, string? jkt, ProofUse? proof) => TwoClusters.Refresh(secret) with { Jkt = jkt, Proof = proof };

    private static TokenSet Tokens(TokenOutcome outcome) => Assert.IsType<TokenOutcome.Issued>(outcome).Tokens;

    private static string Error(TokenOutcome outcome) => Assert.IsType<TokenOutcome.Refused>(outcome).Error.Error;
}
