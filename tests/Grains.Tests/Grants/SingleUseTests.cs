using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>
/// Single use under parallelism, with two activations of every grain and a storage that fails; rounds as <see cref="Races"/> says.
/// </summary>
public sealed class SingleUseTests : IAsyncLifetime
{
    private const int Parallel = 100;

    private TwoClusters _clusters = null!;

    public async ValueTask InitializeAsync() => _clusters = await TwoClusters.Start();

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Fact]
    [Trait("Attack", "22")]
    public async Task of_a_hundred_redemptions_of_one_code_one_wins_or_none_on_two_activations()
    {
        // None: a loser was taken for a replay before the winner had its grant, and revoked it (RFC 6749 §4.1.2).
        var (_, won) = await Races.Run(async () => await RedeemAll(await _clusters.Code()));

        Assert.NotEqual(0, won);
    }

    [Fact]
    [Trait("Attack", "22")]
    [Trait("Attack", "47")]
    public Task of_a_hundred_redemptions_of_one_code_at_most_one_wins_while_storage_fails() =>
        Races.WhileStorageFails(_clusters.First.Storage, () => _clusters.Code(), RedeemAll);

    [Fact]
    [Trait("Attack", "24")]
    public Task a_hundred_uses_of_one_refresh_token_get_one_successor_on_two_activations() => Races.Run(async () =>
    {
        var outcomes = await RefreshAll(await _clusters.Grant());

        Assert.Equal(1, Winners.AtMostOneLineage(outcomes));
        Assert.All(outcomes, static outcome => Assert.IsType<TokenOutcome.Issued>(outcome));
        return 1;
    });

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Attack", "47")]
    public Task a_hundred_uses_of_one_refresh_token_leave_one_lineage_while_storage_fails() =>
        Races.WhileStorageFails(_clusters.First.Storage, () => _clusters.Grant(), async grant => Winners.AtMostOneLineage(await RefreshAll(grant)));

    [Fact]
    [Trait("Attack", "32")]
    public async Task of_a_hundred_takers_of_one_pushed_request_one_wins()
    {
        var (rounds, won) = await Races.Run(async () => await TakeAll(await Push()));

        Assert.Equal(rounds, won);
    }

    [Fact]
    [Trait("Attack", "32")]
    [Trait("Attack", "47")]
    public Task of_a_hundred_takers_of_one_pushed_request_at_most_one_wins_while_storage_fails() => Races.WhileStorageFails(_clusters.First.Storage, Push, TakeAll);

    [Fact]
    [Trait("Attack", "27")]
    [Trait("Attack", "33")]
    [Trait("Attack", "47")]
    public Task of_a_hundred_uses_of_one_jti_at_most_one_wins_while_storage_fails() =>
        Races.WhileStorageFails(_clusters.First.Storage, static () => Task.FromResult(NewProof()), UseAll);

    [Fact]
    [Trait("Attack", "27")]
    [Trait("Attack", "33")]
    public async Task of_a_hundred_uses_of_one_jti_one_wins()
    {
        var (rounds, won) = await Races.Run(() => UseAll(NewProof()));

        Assert.Equal(rounds, won);
    }

    [Fact]
    [Trait("Attack", "22")]
    public async Task a_code_redeemed_twice_revokes_what_it_issued()
    {
        var code = await _clusters.Code();
        var issued = (TokenOutcome.Issued)await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);
        var (grantId, secret) = RefreshTokenText.Split(issued.Tokens.RefreshToken!)!.Value;

        var replay = await _clusters.Second.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);
        var refreshed = await _clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(refreshed));
        Assert.True(await _clusters.Second.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(grantId)).Contains(RevocationKind.Grant, grantId, default));
    }

    [Theory]
    [Trait("Attack", "22")]
    [InlineData(30)]
    [InlineData(90)]
    public async Task a_code_stolen_and_tried_later_on_another_activation_revokes_what_it_issued_even_past_its_minute(int seconds)
    {
        var code = await _clusters.Code();
        var issued = (TokenOutcome.Issued)await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);
        var (grantId, secret) = RefreshTokenText.Split(issued.Tokens.RefreshToken!)!.Value;
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(seconds));

        var replay = await _clusters.Second.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(await _clusters.First.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default)));
    }

    [Fact]
    [Trait("Attack", "22")]
    public async Task a_stranger_cannot_reach_the_branch_of_a_replay()
    {
        var code = await _clusters.Code();
        var issued = (TokenOutcome.Issued)await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);
        var (grantId, secret) = RefreshTokenText.Split(issued.Tokens.RefreshToken!)!.Value;

        var foreign = await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(client: 2), default);
        var unproven = await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(
            TwoClusters.Redeem() with { Client = TwoClusters.Proof(secret: "wrong") }, default);
        var refreshed = await _clusters.First.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default);

        Assert.True(TwoClusters.IsInvalidGrant(foreign));
        Assert.Equal(OAuthErrors.InvalidClient, TwoClusters.ErrorOf(unproven));
        Assert.IsType<TokenOutcome.Issued>(refreshed);
    }

    [Fact]
    [Trait("Attack", "22")]
    [Trait("Attack", "23")]
    [Trait("Contract", "http 59")]
    [Trait("Contract", "configuration 40")]
    public async Task a_code_past_its_minute_or_of_another_address_or_verifier_opens_nothing_and_stays_unused()
    {
        var code = await _clusters.Code();
        var grain = _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code);

        var elsewhere = await grain.Redeem(TwoClusters.Redeem() with { RedirectUri = "https://evil.test/" }, default);
        var downgraded = await grain.Redeem(TwoClusters.Redeem() with { Verifier = new string('a', 43) }, default);
        var right = await grain.Redeem(TwoClusters.Redeem(), default);
        var late = await _clusters.Code();
        _clusters.First.Clock.Advance(TimeSpan.FromSeconds(61));
        var expired = await _clusters.Second.Grains.GetGrain<IAuthorizationCodeGrain>(late).Redeem(TwoClusters.Redeem(), default);

        Assert.True(TwoClusters.IsInvalidGrant(elsewhere));
        Assert.True(TwoClusters.IsInvalidGrant(downgraded));
        Assert.IsType<TokenOutcome.Issued>(right);
        Assert.True(TwoClusters.IsInvalidGrant(expired));
    }

    private async Task<int> RedeemAll(string code) => Winners.AtMostOne(await Race(grains => grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default)));

    private Task<TokenOutcome?[]> RefreshAll((string GrantId, string Secret) grant) =>
        Race(grains => grains.GetGrain<IGrantGrain>(grant.GrantId).Refresh(TwoClusters.Refresh(grant.Secret), default));

    private async Task<(string Key, Guid Client)> Push()
    {
        var (key, client) = (Digests.KeyOf(Guid.NewGuid().ToString()), Guid.NewGuid());
        await _clusters.First.Grains.GetGrain<IPushedRequestGrain>(key).Push(
            new PushedRequest { Tenant = TwoClusters.Tenant, Client = client, Parameters = [] }, TimeSpan.FromSeconds(60), default);
        return (key, client);
    }

    private async Task<int> TakeAll((string Key, Guid Client) pushed) => Winners.AtMostOne(await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => Dared(
        async () => await _clusters.Any().Grains.GetGrain<IPushedRequestGrain>(pushed.Key).Take(pushed.Client, default)))));

    private static string NewProof() => Digests.KeyOf("assertion", "client", Guid.NewGuid().ToString());

    private async Task<int> UseAll(string key) => Winners.AtMostOne(await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => Dared(
        async () => await _clusters.Any().Grains.GetGrain<IProofGrain>(key).TryUse(_clusters.First.Clock.GetUtcNow().AddMinutes(5), default)))));

    private async Task<TokenOutcome?[]> Race(Func<IGrainFactory, Task<TokenOutcome>> call) =>
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => TwoClusters.Try(() => call(_clusters.Any().Grains))));

    /// <summary>A call that failed gives nobody anything.</summary>
    private static async Task<bool> Dared(Func<Task<bool>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return false;
        }
    }
}
