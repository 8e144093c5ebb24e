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
    [Trait("Contract", "http 59")]
    [Trait("Contract", "configuration 40")]
    public async Task a_request_is_read_as_often_as_one_likes_taken_once_and_gone_after_its_time()
    {
        var client = Guid.NewGuid();
        var (kept, late, unknown) = (await Pushed(client), await Pushed(client), Digests.KeyOf(Guid.NewGuid().ToString()));

        var read = new List<PushedRequest?>();
        for (var i = 0; i < 4; i++)
        {
            read.Add(await _clusters.Any().Grains.GetGrain<IPushedRequestGrain>(kept).Look(client, default));
        }

        var taken = await _clusters.First.Grains.GetGrain<IPushedRequestGrain>(kept).Take(client, default);
        var again = await _clusters.Second.Grains.GetGrain<IPushedRequestGrain>(kept).Take(client, default);
        var lookedAfter = await _clusters.First.Grains.GetGrain<IPushedRequestGrain>(kept).Look(client, default);
        _clusters.First.Clock.Advance(PushedRequestUri.Life);

        Assert.All(read, static request => Assert.Equal("state", Assert.Single(request!.Parameters).Name));
        Assert.True(taken);
        Assert.False(again);
        Assert.Null(lookedAfter);
        Assert.Null(await _clusters.Second.Grains.GetGrain<IPushedRequestGrain>(late).Look(client, default));
        Assert.False(await _clusters.Second.Grains.GetGrain<IPushedRequestGrain>(late).Take(client, default));
        Assert.Null(await _clusters.First.Grains.GetGrain<IPushedRequestGrain>(unknown).Look(client, default));
        Assert.False(await _clusters.First.Grains.GetGrain<IPushedRequestGrain>(unknown).Take(client, default));
    }

    [Fact]
    [Trait("Contract", "http 59")]
    [Trait("Contract", "configuration 40")]
    public async Task a_code_nobody_issued_opens_nothing_and_a_wrong_question_uses_none_up()
    {
        var code = await _clusters.Code();
        var unknown = await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(Digests.KeyOf(Guid.NewGuid().ToString())).Redeem(TwoClusters.Redeem(), default);
        var wrong = new List<TokenOutcome>();
        for (var i = 0; i < 3; i++)
        {
            wrong.Add(await _clusters.Any().Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem() with { RedirectUri = "https://evil.test/" }, default));
        }

        var right = await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);
        var again = await _clusters.Second.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default);

        Assert.True(TwoClusters.IsInvalidGrant(unknown));
        Assert.All(wrong, static outcome => Assert.True(TwoClusters.IsInvalidGrant(outcome)));
        Assert.IsType<TokenOutcome.Issued>(right);
        Assert.True(TwoClusters.IsInvalidGrant(again));
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

    private async Task<string> Pushed(Guid client)
    {
        var key = Digests.KeyOf(Guid.NewGuid().ToString());
        await _clusters.First.Grains.GetGrain<IPushedRequestGrain>(key).Push(
            new PushedRequest { Tenant = TwoClusters.Tenant, Client = client, Parameters = [new PushedParameter("state", "s")] }, PushedRequestUri.Life, default);
        return key;
    }
}
