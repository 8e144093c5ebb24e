using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What a client still has when the person has logged out (design §2).</summary>
public sealed class AfterLogout(Worlds worlds)
{
    private const string Inactive = """{"active":false}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Attack", "28")]
    public async Task tokens_end_with_the_session(bool overRedis)
    {
        using var client = await Client(overRedis);
        var tokens = await LogIn(client, "openid profile orders:read");
        var (_, before, _) = await Look(client, tokens, "access_token");
        var (_, refreshable, _) = await Look(client, tokens, "refresh_token");

        await LogOut(client, tokens);

        await CodeFlow.Until(async () => (await Look(client, tokens, "access_token")).Body.GetRawText() == Inactive);
        Assert.True(before.GetProperty("active").GetBoolean());
        Assert.True(refreshable.GetProperty("active").GetBoolean());
        Assert.Equal(Inactive, (await Look(client, tokens, "refresh_token")).Body.GetRawText());
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Ask("/userinfo", Read(tokens, "access_token"))).Status);
        var (refused, error, _) = await client.Refresh(Read(tokens, "refresh_token"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (refused, error.GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_grant_with_offline_access_lives_on(bool overRedis)
    {
        using var client = await Client(overRedis);
        var tokens = await LogIn(client, "openid profile offline_access");

        await LogOut(client, tokens);
        using var silent = await client.Authorize(new(client.Request()) { ["prompt"] = "none" });
        var (_, looked, _) = await Look(client, tokens, "refresh_token");
        var (status, next, _) = await client.Refresh(Read(tokens, "refresh_token"));

        Assert.Equal("login_required", RelyingParty.Parameters(silent)["error"]);
        Assert.True(looked.GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.OK, (await client.Ask("/userinfo", Read(next, "access_token"))).Status);
        Assert.True((await Look(client, next, "access_token")).Body.GetProperty("active").GetBoolean());
        Assert.True((await Look(client, next, "refresh_token")).Body.GetProperty("active").GetBoolean());
    }

    [Fact]
    [Trait("Attack", "21")]
    public async Task a_guessed_or_foreign_sid_logs_nobody_out()
    {
        using var client = await Client(overRedis: false);
        using var stranger = await Client(overRedis: false);
        var sid = new JsonWebToken(Read(await LogIn(client, "openid"), "id_token")).GetClaim("sid").Value;
        var other = new JsonWebToken(Read(await LogIn(stranger, "openid"), "id_token")).GetClaim("sid").Value;
        var issuer = Uri.EscapeDataString("https://id.shop.test");

        using var byQuery = await stranger.Get($"/logout?iss={issuer}&sid={sid}");
        using var byForm = await stranger.Submit(new Dictionary<string, string> { ["sid"] = sid, ["iss"] = "https://id.shop.test", ["logout_hint"] = sid, ["client_id"] = RelyingParty.Told }, "/logout");
        using var atTheEnd = await stranger.Get($"/logout/finalize?iss={issuer}&sid={sid}&location=/");
        using var silent = await client.Authorize(new(client.Request()) { ["prompt"] = "none" });

        Assert.NotEqual(sid, other);
        Assert.True(sid.Length >= 22, "a sid holds 128 bits at least");
        Assert.True(RelyingParty.Parameters(silent).ContainsKey("code"));
    }

    private async Task<RelyingParty> Client(bool overRedis) =>
        new(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", RelyingParty.Told, RelyingParty.Secret);

    private static async Task<JsonElement> LogIn(RelyingParty client, string scope)
    {
        var (status, tokens, _) = await client.Exchange((await client.Answer(client.Request(scope)))["code"]);
        Assert.Equal(HttpStatusCode.OK, status);
        return tokens;
    }

    private static async Task LogOut(RelyingParty client, JsonElement tokens)
    {
        using var answer = await client.Get($"/logout?id_token_hint={Read(tokens, "id_token")}&post_logout_redirect_uri={Uri.EscapeDataString("https://app.shop.test/bye")}");
        Assert.Equal("https://app.shop.test/bye", answer.Headers.Location?.OriginalString);
    }

    private static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Look(RelyingParty client, JsonElement tokens, string kind) =>
        client.Post("/introspect", new() { ["token"] = Read(tokens, kind) });

    private static string Read(JsonElement tokens, string name) => tokens.GetProperty(name).GetString()!;
}
