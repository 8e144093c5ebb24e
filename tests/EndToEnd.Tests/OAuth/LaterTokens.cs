using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What becomes of tokens after they were given: a refresh gives the same anew, and an ID token revokes nothing. Against a running server.</summary>
/// <param name="worlds">The servers.</param>
public sealed class LaterTokens(Worlds worlds)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Contract", "http 28")]
    [Trait("Standard", "RFC 6749")]
    public async Task a_refresh_gives_new_tokens_with_the_same_scope_and_the_same_profile(bool overRedis)
    {
        using var client = new RelyingParty(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);

        var (status, fresh, _) = await client.Refresh(Text(tokens, "refresh_token"));
        var (before, after) = (new JsonWebToken(Text(tokens, "access_token")), new JsonWebToken(Text(fresh, "access_token")));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(Text(tokens, "access_token"), Text(fresh, "access_token"));
        Assert.NotEqual(Text(tokens, "refresh_token"), Text(fresh, "refresh_token"));
        Assert.Equal(("openid orders:read profile", "openid orders:read profile"), (Text(tokens, "scope"), Text(fresh, "scope")));
        Assert.Equal("openid orders:read profile", after.GetClaim("scope").Value);
        Assert.Equal("""{"name":"Ada Lovelace","email":"ada@example.com"}""", after.GetClaim("profile").Value);
        Assert.All((string[])["profile", "sub", "user", "role", "aud", "client_id", "sid", "auth_time"], claim => Assert.Equal(before.GetClaim(claim).Value, after.GetClaim(claim).Value));
        Assert.NotEqual(before.Id, after.Id);
        Assert.Equal(HttpStatusCode.OK, (await client.Refresh(Text(fresh, "refresh_token"))).Status);
    }

    [Fact]
    [Trait("Standard", "RFC 7009")]
    [Trait("Standard", "RFC 7662")]
    [Trait("Attack", "28")]
    public async Task an_id_token_is_inactive_and_revoking_it_ends_nothing()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var (_, sentinel, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var identity = Text(tokens, "id_token");

        // RFC 7009 §2.2: a token it does not know is answered like one that was revoked.
        foreach (var hint in (string?[])[null, "id_token", "access_token", "refresh_token"])
        {
            var form = new Dictionary<string, string> { ["token"] = identity };
            if (hint is not null)
            {
                form["token_type_hint"] = hint;
            }

            var (status, body, _) = await client.Post("/revoke", form);
            var (_, told, _) = await client.Post("/introspect", form);

            Assert.Equal((HttpStatusCode.OK, JsonValueKind.Undefined), (status, body.ValueKind));
            Assert.Equal("""{"active":false}""", told.GetRawText());
        }

        // Until a revocation that came later is heard of, nobody can tell that there was none.
        await client.Post("/revoke", new() { ["token"] = Text(sentinel, "access_token") });
        await CodeFlow.Until(async () => (await client.Ask("/userinfo", Text(sentinel, "access_token"))).Status == HttpStatusCode.Unauthorized);
        using var silent = await client.Authorize(new(client.Request()) { ["prompt"] = "none" });

        Assert.Contains("code", RelyingParty.Parameters(silent).Keys);
        Assert.Equal(HttpStatusCode.OK, (await client.Ask("/userinfo", Text(tokens, "access_token"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.Refresh(Text(tokens, "refresh_token"))).Status);
    }

    private static string Text(JsonElement body, string member) => body.GetProperty(member).GetString()!;
}
