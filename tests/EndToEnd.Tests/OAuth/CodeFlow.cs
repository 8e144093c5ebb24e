using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>The code flow against a running server, in one process and over Redis, the tokens verified by Microsoft's library.</summary>
[Trait("Standard", "RFC 6749")]
[Trait("Standard", "OpenID Connect Core 1.0")]
public sealed class CodeFlow(Worlds worlds)
{
    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 3")]
    [Trait("Contract", "http 7")]
    [Trait("Contract", "http 61")]
    [Trait("Standard", "RFC 9068")]
    public async Task a_client_gets_tokens_its_own_library_verifies(bool overRedis)
    {
        using var client = await Shop(overRedis);

        var answer = await client.Answer(client.Request());
        var (status, tokens, response) = await client.Exchange(answer["code"]);
        var identity = await Verify(client, tokens.GetProperty("id_token").GetString()!, RelyingParty.Web);
        var access = await Verify(client, tokens.GetProperty("access_token").GetString()!, RelyingParty.Web);

        Assert.Equal("a b&c=d", answer["state"]);
        Assert.Equal("https://id.shop.test", answer["iss"]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(7200, tokens.GetProperty("expires_in").GetInt32());
        Assert.Equal("openid orders:read profile", tokens.GetProperty("scope").GetString());
        Assert.Equal("subject-of-ada@example.com", identity.Subject);
        Assert.Equal("nonce-1", identity.GetClaim("nonce").Value);
        Assert.Equal("at+jwt", access.Typ);
        Assert.Equal("shop", access.GetClaim("tenant").Value);
        Assert.Equal("user", access.GetClaim("role").Value);
        Assert.Equal("ada@example.com", access.GetClaim("user").Value);
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 23")]
    [Trait("Contract", "http 28")]
    [Trait("Attack", "22")]
    public async Task a_code_used_twice_ends_what_it_gave_at_every_door(bool overRedis)
    {
        using var client = await Shop(overRedis);
        var code = (await client.Answer(client.Request()))["code"];
        var (_, tokens, _) = await client.Exchange(code);

        var (replay, error, _) = await client.Exchange(code);
        var (refresh, _, _) = await client.Refresh(tokens.GetProperty("refresh_token").GetString()!);

        Assert.Equal(HttpStatusCode.BadRequest, replay);
        Assert.Equal("invalid_grant", error.GetProperty("error").GetString());
        Assert.Equal("ERRORS.INVALID_CODE", error.GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, refresh);
        await Until(async () => (await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString())).Status == HttpStatusCode.Unauthorized);
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "19")]
    [Trait("Attack", "24")]
    public async Task a_logout_ends_the_tokens_of_the_session(bool overRedis)
    {
        using var client = await Shop(overRedis);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);

        using var bye = await client.Get("/logout/finalize?location=/");
        var token = tokens.GetProperty("refresh_token").GetString()!;

        Assert.Equal(HttpStatusCode.SeeOther, bye.StatusCode);

        // Silos hear of a logout within a second; what a refresh gives until then is a token of the session that has ended.
        await Until(async () =>
        {
            var (refresh, next, _) = await client.Refresh(token);
            token = refresh == HttpStatusCode.OK ? next.GetProperty("refresh_token").GetString()! : token;
            return refresh == HttpStatusCode.BadRequest;
        });
        await Until(async () => (await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString())).Status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait("Contract", "http 68")]
    public async Task a_second_client_gets_its_code_without_a_login_and_prompt_login_asks_all_the_same()
    {
        using var client = await Shop(overRedis: false);
        await client.Answer(client.Request());

        using var silent = await client.Authorize(client.Request());
        using var asked = await client.Authorize(new(client.Request()) { ["prompt"] = "login" });
        using var again = await client.LogIn(asked);
        using var fresh = await client.Get(again.Headers.Location!.OriginalString);
        using var reloaded = await client.Get(again.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.SeeOther, silent.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.True(RelyingParty.Parameters(fresh).ContainsKey("code"));
        Assert.Equal(HttpStatusCode.Unauthorized, reloaded.StatusCode);
    }

    [Fact]
    public async Task oidcc_prompt_none_not_logged_in()
    {
        using var client = await Shop(overRedis: false);

        using var answer = await client.Authorize(new(client.Request()) { ["prompt"] = "none" });

        Assert.Equal("login_required", RelyingParty.Parameters(answer)["error"]);
    }

    [Fact]
    public async Task oidcc_max_age_10000_and_1()
    {
        using var client = await Shop(overRedis: false);
        await client.Answer(client.Request());

        using var young = await client.Authorize(new(client.Request()) { ["max_age"] = "10000" });
        using var old = await client.Authorize(new(client.Request()) { ["max_age"] = "0" });

        Assert.Equal(HttpStatusCode.SeeOther, young.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
    }

    [Fact]
    public async Task oidcc_id_token_hint()
    {
        using var client = await Shop(overRedis: false);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var hint = tokens.GetProperty("id_token").GetString()!;

        using var right = await client.Authorize(new(client.Request()) { ["prompt"] = "none", ["id_token_hint"] = hint });
        using var forged = await client.Authorize(new(client.Request()) { ["prompt"] = "none", ["id_token_hint"] = hint[..^4] + "AAAA" });

        Assert.True(RelyingParty.Parameters(right).ContainsKey("code"));
        Assert.Equal("invalid_request", RelyingParty.Parameters(forged)["error"]);
    }

    [Theory]
    [InlineData("https://evil.test/callback")]
    [InlineData("https://app.shop.test/callback/extra")]
    [InlineData("https://app.shop.test/callback?x=1")]
    [InlineData("https://app.shop.test.evil.test/callback")]
    [InlineData("https://APP.shop.test/callback")]
    [InlineData("https://app.shop.test@evil.test/callback")]
    [InlineData("https://app.shop.test/callback#x")]
    [InlineData("javascript:alert(1)")]
    [Trait("Contract", "http 14")]
    [Trait("Attack", "14")]
    public async Task oidcc_ensure_registered_redirect_uri(string redirectUri)
    {
        using var client = await Shop(overRedis: false);

        using var answer = await client.Authorize(new(client.Request()) { ["redirect_uri"] = redirectUri });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Contains("ERRORS.REDIRECT_MISMATCH", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("request_uri", "https://evil.test/request", "request_uri_not_supported")]
    [InlineData("registration", "{}", "registration_not_supported")]
    [InlineData("resource", "https://api.test", "invalid_target")]
    [Trait("Attack", "23")]
    [Trait("Attack", "31")]
    [Trait("Attack", "35")]
    public async Task what_is_wrong_with_a_request_is_told_to_its_client(string parameter, string value, string error)
    {
        using var client = await Shop(overRedis: false);

        using var answer = await client.Authorize(new(client.Request()) { [parameter] = value });

        var told = RelyingParty.Parameters(answer);
        Assert.Equal(error, told["error"]);
        Assert.Equal("a b&c=d", told["state"]);
        Assert.Equal("https://id.shop.test", told["iss"]);
        Assert.False(told.ContainsKey("code"));
    }

    [Fact]
    [Trait("Contract", "http 66")]
    [Trait("Attack", "23")]
    public async Task a_public_client_without_pkce_is_refused_and_with_it_needs_no_secret()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Spa, null);
        var bare = client.Request();
        bare.Remove("code_challenge");
        bare.Remove("code_challenge_method");

        using var refused = await client.Authorize(bare);
        var (status, _, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);

        Assert.Equal("invalid_request", RelyingParty.Parameters(refused)["error"]);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    [Trait("Contract", "http 54")]
    [Trait("Contract", "http 64")]
    public async Task a_tenant_of_the_shared_secret_signs_id_tokens_with_a_published_key()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.old.test", RelyingParty.Old, RelyingParty.Secret);

        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var identity = await Verify(client, tokens.GetProperty("id_token").GetString()!, RelyingParty.Old);
        var access = new JsonWebToken(tokens.GetProperty("access_token").GetString());

        Assert.Equal("RS256", identity.Alg);
        Assert.Equal("HS256", access.Alg);
        Assert.True(string.IsNullOrEmpty(access.Kid));
        Assert.Equal(HttpStatusCode.OK, (await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString())).Status);
    }

    /// <summary>Verifies with keys from where discovery says, as a client's library does.</summary>
    internal static async Task<JsonWebToken> Verify(RelyingParty client, string token, string audience)
    {
        var (_, metadata) = await client.Ask("/.well-known/openid-configuration", null);
        var issuer = metadata.GetProperty("issuer").GetString()!;
        var (_, keys) = await client.Ask(metadata.GetProperty("jwks_uri").GetString()![issuer.Length..], null);
        var verdict = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = audience,
            IssuerSigningKeys = JsonWebKeySet.Create(JsonSerializer.Serialize(keys)).GetSigningKeys(),
        });
        Assert.True(verdict.IsValid, verdict.Exception?.Message);
        return (JsonWebToken)verdict.SecurityToken;
    }

    internal static async Task Until(Func<Task<bool>> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string awaited = "")
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"Not within a minute: {awaited}");
            await Task.Delay(50);
        }
    }

    private async Task<RelyingParty> Shop(bool overRedis) =>
        new(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
}
