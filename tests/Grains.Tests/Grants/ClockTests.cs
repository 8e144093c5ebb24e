using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>Silos whose clocks are five minutes apart, as they are after one of them jumped: single use does not rest on what time it is.</summary>
[Trait("Attack", "48")]
public sealed class ClockTests
{
    private const int Rounds = 5;
    private const int Parallel = 50;

    public static TheoryData<int> Minutes => [-5, 5];

    [Theory, MemberData(nameof(Minutes))]
    [Trait("Attack", "22")]
    public async Task a_code_is_redeemed_once_whatever_the_clocks_say(int minutes)
    {
        await using var clusters = await Start(minutes);
        for (var round = 0; round < Rounds; round++)
        {
            var code = await clusters.Code();

            Winners.AtMostOne(await Race(clusters, cluster => cluster.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default)));
        }
    }

    [Theory, MemberData(nameof(Minutes))]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_has_one_successor_whatever_the_clocks_say(int minutes)
    {
        await using var clusters = await Start(minutes);
        for (var round = 0; round < Rounds; round++)
        {
            var (grantId, secret) = await clusters.Grant();

            Winners.AtMostOneLineage(await Race(clusters, cluster => cluster.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default)));
        }
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_clock_that_was_set_back_makes_no_grace_endless()
    {
        await using var clusters = await Start(minutes: -5);
        var (grantId, secret) = await clusters.Grant();
        var second = (TokenOutcome.Issued)await clusters.First.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default);

        // To this silo the rotation has not happened yet. It cannot know whether the grace is over, so it is.
        var replay = await clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default);
        var heir = await clusters.First.Grains.GetGrain<IGrantGrain>(grantId).Refresh(
            TwoClusters.Refresh(RefreshTokenText.Split(second.Tokens.RefreshToken!)!.Value.Secret), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(heir));
    }

    [Fact]
    [Trait("Attack", "22")]
    [Trait("Attack", "32")]
    public async Task a_clock_that_jumps_ahead_ends_codes_pushed_requests_and_refresh_tokens_and_nothing_brings_them_back()
    {
        await using var clusters = await Start(minutes: 5);
        var code = await clusters.Code();
        var (key, client) = (Digests.KeyOf("pushed"), Guid.NewGuid());
        await clusters.First.Grains.GetGrain<IPushedRequestGrain>(key).Push(
            new PushedRequest { Tenant = TwoClusters.Tenant, Client = client, Parameters = [] }, TimeSpan.FromSeconds(60), default);

        var early = await clusters.Second.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);
        var taken = await clusters.Second.Grains.GetGrain<IPushedRequestGrain>(key).Take(client, default);
        clusters.First.Clock.Advance(TimeSpan.FromSeconds(61));
        var late = await clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);

        Assert.True(TwoClusters.IsInvalidGrant(early));
        Assert.False(taken);
        Assert.True(TwoClusters.IsInvalidGrant(late));
        Assert.False(await clusters.First.Grains.GetGrain<IPushedRequestGrain>(key).Take(client, default));
    }

    private static Task<TwoClusters> Start(int minutes) => TwoClusters.Start(ahead: TimeSpan.FromMinutes(minutes));

    private static Task<TokenOutcome?[]> Race(TwoClusters clusters, Func<ClusterFixture, Task<TokenOutcome>> call) =>
        Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => TwoClusters.Try(() => call(clusters.Any()))));
}
