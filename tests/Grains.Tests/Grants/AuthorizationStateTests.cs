using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Grains.Tests.Keys;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>What pushed requests and resources may and may not become.</summary>
public sealed class AuthorizationStateTests : IAsyncLifetime
{
    private TwoClusters _clusters = null!;

    public async ValueTask InitializeAsync() => _clusters = await TwoClusters.Start();

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Fact]
    public async Task tokens_may_be_for_fewer_resources_than_granted_and_never_for_others()
    {
        var facts = TwoClusters.Facts() with { Resources = ["https://a.example/", "https://b.example/"] };
        var grain = _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(await _clusters.Code(facts));

        var foreign = await grain.Redeem(TwoClusters.Redeem() with { Resources = ["https://c.example/"] }, default);
        var narrow = Assert.IsType<TokenOutcome.Issued>(await grain.Redeem(TwoClusters.Redeem() with { Resources = ["https://a.example/"] }, default));
        var (grantId, secret) = RefreshTokenText.Split(narrow.Tokens.RefreshToken!)!.Value;
        var widened = await _clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret) with { Resources = ["https://c.example/"] }, default);
        var whole = Assert.IsType<TokenOutcome.Issued>(await _clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default));

        Assert.Equal(OAuthErrors.InvalidTarget, TwoClusters.ErrorOf(foreign));
        Assert.Equal("https://a.example/", Tokens.Claims(narrow.Tokens.AccessToken).GetProperty("aud").GetString());
        Assert.Equal(OAuthErrors.InvalidTarget, TwoClusters.ErrorOf(widened));
        Assert.Equal(2, Tokens.Claims(whole.Tokens.AccessToken).GetProperty("aud").GetArrayLength());
    }

    [Fact]
    [Trait("Attack", "32")]
    public async Task a_pushed_request_past_its_time_or_of_another_client_is_not_there()
    {
        var (client, key) = (Guid.NewGuid(), Digests.KeyOf(Guid.NewGuid().ToString()));
        var grain = _clusters.First.Grains.GetGrain<IPushedRequestGrain>(key);
        await grain.Push(new PushedRequest { Tenant = TwoClusters.Tenant, Client = client, Parameters = [new PushedParameter("state", "s")] }, PushedRequestUri.Life, default);

        var foreign = await grain.Look(Guid.NewGuid(), default);
        var stolen = await grain.Take(Guid.NewGuid(), default);
        var mine = await _clusters.Second.Grains.GetGrain<IPushedRequestGrain>(key).Look(client, default);
        _clusters.First.Clock.Advance(PushedRequestUri.Life);
        var late = await grain.Look(client, default);

        Assert.Null(foreign);
        Assert.False(stolen);
        Assert.Equal("state", Assert.Single(mine!.Parameters).Name);
        Assert.Null(late);
        Assert.False(await grain.Take(client, default));
    }
}
