using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>A client hears server to server that a person logged out, and believes it by the published keys alone.</summary>
public sealed class BackChannelLogout(Worlds worlds)
{
    [Fact]
    [Trait("Module", "oidcc-backchannel-rp-initiated-logout")]
    [Trait("Attack", "21")]
    [Trait("Attack", "42")]
    public async Task oidcc_backchannel_rp_initiated_logout()
    {
        var receiver = LogoutReceiver.Running;
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Told, RelyingParty.Secret);
        using var bystander = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Told, RelyingParty.Secret);
        var hint = await LogIn(client);
        var other = await LogIn(bystander);

        using var answer = await client.Get($"/logout?id_token_hint={hint.EncodedToken}&post_logout_redirect_uri={Uri.EscapeDataString("https://app.shop.test/bye")}");
        await CodeFlow.Until(() => Task.FromResult(receiver.Notices.Any(notice => SidOf(notice) == SidOf(hint))));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var notice = Assert.Single(receiver.Notices, notice => SidOf(notice) == SidOf(hint));
        Assert.Equal(("POST", "/?x=1", "application/x-www-form-urlencoded"), (notice.Method, notice.Target, notice.Type));
        var token = await CodeFlow.Verify(client, notice.Token, RelyingParty.Told);
        Assert.Equal(("logout+jwt", "ES256", hint.Subject), (token.Typ, token.Alg, token.Subject));
        Assert.Equal("{}", token.GetPayloadValue<JsonElement>("events").GetProperty("http://schemas.openid.net/event/backchannel-logout").GetRawText());
        Assert.True(token.Id.Length >= 32);
        Assert.False(token.TryGetPayloadValue<string>("nonce", out _));
        Assert.DoesNotContain(receiver.Notices, notice => SidOf(notice) == SidOf(other));
    }

    [Fact]
    [Trait("Attack", "21")]
    public async Task a_logout_token_opens_nothing()
    {
        var receiver = LogoutReceiver.Running;
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Told, RelyingParty.Secret);
        using var another = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Told, RelyingParty.Secret);
        var hint = await LogIn(client);
        await LogIn(another);
        using var answer = await client.Get($"/logout?id_token_hint={hint.EncodedToken}");
        await CodeFlow.Until(() => Task.FromResult(receiver.Notices.Any(notice => SidOf(notice) == SidOf(hint))));
        var token = receiver.Notices.First(notice => SidOf(notice) == SidOf(hint)).Token;

        var (asked, _) = await client.Ask("/userinfo", token);
        var (_, looked, _) = await client.Post("/introspect", new() { ["token"] = token });
        using var hinted = await another.Get($"/logout?id_token_hint={token}");
        using var silent = await another.Authorize(new(another.Request()) { ["prompt"] = "none" });

        Assert.Equal(HttpStatusCode.Unauthorized, asked);
        Assert.Equal("""{"active":false}""", looked.GetRawText());
        Assert.True(RelyingParty.Parameters(silent).ContainsKey("code"));
    }

    private static async Task<JsonWebToken> LogIn(RelyingParty client) =>
        new((await client.Exchange((await client.Answer(client.Request()))["code"])).Body.GetProperty("id_token").GetString());

    private static string SidOf(LogoutReceiver.Notice notice) => notice.Token.Length == 0 ? "" : SidOf(new JsonWebToken(notice.Token));

    private static string SidOf(JsonWebToken token) => token.GetClaim("sid").Value;
}
