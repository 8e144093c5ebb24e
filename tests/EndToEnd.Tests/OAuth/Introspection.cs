using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Uitsmijter.Actors.EndToEnd.Tests.Proxies;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Introspection as gateways use it: Traefik Hub's middleware, and signed answers (RFC 7662, RFC 9701).</summary>
[Trait("Standard", "RFC 7662")]
public sealed class Introspection(Worlds worlds)
{
    private const string Claims = "SplitContains(`scope`, ` `, `orders:read`) && Equals(`tenant`, `shop`)";

    [Theory]
    [InlineData(Claims, HttpStatusCode.OK)]
    [InlineData("Equals(`profile.email`, `ada@example.com`) && Prefix(`profile.name`, `Ada`)", HttpStatusCode.OK)]
    [InlineData("OneOf(`role`, `admin`, `user`) && !(Contains(`profile.name`, `Babbage`) || Equals(`missing.claim`, ``))", HttpStatusCode.OK)]
    [InlineData("SplitContains(`scope`, ` `, `orders:write`)", HttpStatusCode.Forbidden)]
    [InlineData("SplitContains(`scope`, ` `, `orders`)", HttpStatusCode.Forbidden)]
    [InlineData("Equals(`profile\\.email`, `ada@example.com`)", HttpStatusCode.Forbidden)]
    [InlineData("Equals(`tenant`, `old`)", HttpStatusCode.Forbidden)]
    public async Task traefik_hub_evaluates_claims_nested_ones_included(string claims, HttpStatusCode expected)
    {
        var token = await Token();
        var hub = await Hub(claims);
        using var request = Asking(token);

        Assert.Equal(expected, await hub.Judge(request));
        Assert.Equal(expected == HttpStatusCode.OK, !request.Headers.Contains("Authorization"));
    }

    [Fact]
    public async Task traefik_hub_forwards_claims_and_overwrites_what_the_visitor_sent()
    {
        var hub = await Hub(Claims);
        using var request = Asking(await Token());
        request.Headers.Add("X-User", "mallory");
        request.Headers.Add("X-Nothing", "mallory");

        Assert.Equal(HttpStatusCode.OK, await hub.Judge(request));

        Assert.Equal("subject-of-ada@example.com", Assert.Single(request.Headers.GetValues("X-User")));
        Assert.Equal("ada@example.com", Assert.Single(request.Headers.GetValues("X-Email")));
        Assert.Equal("", Assert.Single(request.Headers.GetValues("X-Nothing")));
    }

    [Fact]
    public async Task traefik_hub_takes_the_token_from_header_query_and_cookie_and_refuses_without_one()
    {
        var token = await Token();
        using var byQuery = new HttpRequestMessage(HttpMethod.Get, $"https://api.shop.test/?access_token={token}");
        using var byCookie = new HttpRequestMessage(HttpMethod.Get, "https://api.shop.test/");
        byCookie.Headers.TryAddWithoutValidation("Cookie", $"a=b; token={token}");
        using var nothing = new HttpRequestMessage(HttpMethod.Get, "https://api.shop.test/");
        using var rubbish = Asking("rubbish");

        Assert.Equal(HttpStatusCode.OK, await (await Hub(Claims, TraefikHubDouble.FromQuery("access_token"))).Judge(byQuery));
        Assert.Equal(HttpStatusCode.OK, await (await Hub(Claims, TraefikHubDouble.FromCookie("token"))).Judge(byCookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await (await Hub(Claims)).Judge(nothing));
        Assert.Equal(HttpStatusCode.Unauthorized, await (await Hub(Claims)).Judge(rubbish));
    }

    [Fact]
    [Trait("Attack", "28")]
    public async Task the_same_token_is_judged_anew_for_every_scope_and_a_revoked_one_by_nobody()
    {
        var (client, token) = await ClientAndToken();
        using var owner = client;
        var (reading, writing) = (await Hub("SplitContains(`scope`, ` `, `orders:read`)"), await Hub("SplitContains(`scope`, ` `, `orders:write`)"));

        Assert.Equal(HttpStatusCode.OK, await Ask(reading));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(writing));
        Assert.Equal(HttpStatusCode.OK, await Ask(reading));
        await owner.Post("/revoke", new() { ["token"] = token });

        await CodeFlow.Until(async () => await Ask(reading) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(writing));

        async Task<HttpStatusCode> Ask(TraefikHubDouble hub)
        {
            using var request = Asking(token);
            return await hub.Judge(request);
        }
    }

    [Fact]
    [Trait("Attack", "28")]
    public async Task a_gateway_with_wrong_credentials_or_of_another_tenant_learns_nothing()
    {
        var world = await worlds.Embedded;
        var token = await Token();
        foreach (var credentials in new[] { $"{ProvenClients.Hub}:wrong", $"{RelyingParty.Spa}:", $"{RelyingParty.Old}:{RelyingParty.Secret}", $"{ProvenClients.Basic}:{ProvenClients.Secret}" })
        {
            var hub = new TraefikHubDouble("Prefix(`sub`, ``)")
            {
                Url = new Uri(world.Server.Address, "/oauth/introspect"),
                Host = "id.shop.test",
                Headers = new Dictionary<string, string> { ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)) },
            };
            using var request = Asking(token);

            Assert.Equal(HttpStatusCode.Unauthorized, await hub.Judge(request));
        }
    }

    [Fact]
    [Trait("Standard", "RFC 9701")]
    public async Task an_answer_is_signed_for_whoever_asks_for_the_type()
    {
        var world = await worlds.Embedded;
        var token = await Token();
        using var reader = new RelyingParty(world, "id.shop.test", ProvenClients.Hub, ProvenClients.Secret);

        var (status, text, answer) = await Introspect("application/token-introspection+jwt", token);
        var (_, inactive, _) = await Introspect("application/token-introspection+jwt, application/json;q=0.5", "rubbish");
        var (_, json, plain) = await Introspect("*/*", token);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("application/token-introspection+jwt", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("Accept", Assert.Single(answer.Headers.Vary));
        Assert.Equal("application/json", plain.Content.Headers.ContentType!.MediaType);
        Assert.Equal("token-introspection+jwt", Part(text, 0).GetProperty("typ").GetString());
        await VerifySignature(reader, text);
        var claims = Part(text, 1);
        Assert.Equal("https://id.shop.test", claims.GetProperty("iss").GetString());
        Assert.Equal(ProvenClients.Hub, claims.GetProperty("aud").GetString());
        Assert.True(claims.GetProperty("iat").GetInt64() > 0);
        Assert.False(claims.TryGetProperty("sub", out _) || claims.TryGetProperty("exp", out _));
        Assert.Equal(JsonSerializer.Deserialize<JsonElement>(json).GetRawText(), claims.GetProperty("token_introspection").GetRawText());
        Assert.Equal("""{"active":false}""", Part(inactive, 1).GetProperty("token_introspection").GetRawText());
    }

    [Fact]
    [Trait("Attack", "29")]
    [Trait("Standard", "RFC 9701")]
    public async Task a_signed_answer_is_no_access_token()
    {
        var world = await worlds.Embedded;
        var (_, text, _) = await Introspect("application/token-introspection+jwt", await Token());
        using var reader = new RelyingParty(world, "id.shop.test", ProvenClients.Hub, ProvenClients.Secret);

        Assert.Equal(HttpStatusCode.Unauthorized, (await reader.Ask("/userinfo", text)).Status);
        Assert.Equal("""{"active":false}""", (await Introspect(null, text)).Body);
    }

    private async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Answer)> Introspect(string? accept, string token) =>
        await ProvenClients.Send((await worlds.Embedded).Server.Address, "/introspect", new() { ["token"] = token }, $"{ProvenClients.Hub}:{ProvenClients.Secret}", accept);

    private async Task<(RelyingParty Client, string Token)> ClientAndToken()
    {
        var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        return (client, tokens.GetProperty("access_token").GetString()!);
    }

    private async Task<string> Token()
    {
        var (client, token) = await ClientAndToken();
        client.Dispose();
        return token;
    }

    private async Task<TraefikHubDouble> Hub(string claims, Func<HttpRequestMessage, string?>? source = null) => new(claims)
    {
        Url = new Uri((await worlds.Embedded).Server.Address, "/oauth/introspect"),
        Host = "id.shop.test",
        Headers = new Dictionary<string, string> { ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ProvenClients.Hub}:{ProvenClients.Secret}")) },
        TokenTypeHint = "access_token",
        TokenSource = source ?? TraefikHubDouble.FromHeader("Authorization", "Bearer"),
        ForwardHeaders = new Dictionary<string, string> { ["X-User"] = "sub", ["X-Email"] = "profile.email", ["X-Nothing"] = "profile.nothing" },
    };

    /// <summary>As a client verifies it: keys of the metadata; the answer of RFC 9701 has no <c>exp</c>.</summary>
    private static async Task VerifySignature(RelyingParty reader, string answer)
    {
        var (_, keys) = await reader.Ask("/.well-known/jwks.json", null);
        var verdict = await new JsonWebTokenHandler().ValidateTokenAsync(answer, new TokenValidationParameters
        {
            ValidIssuer = "https://id.shop.test",
            ValidAudience = ProvenClients.Hub,
            RequireExpirationTime = false,
            IssuerSigningKeys = JsonWebKeySet.Create(JsonSerializer.Serialize(keys)).GetSigningKeys(),
        });
        Assert.True(verdict.IsValid, verdict.Exception?.Message);
    }

    private static HttpRequestMessage Asking(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "https://api.shop.test/orders");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }

    private static JsonElement Part(string jwt, int part) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(jwt.Split('.')[part]));
}
