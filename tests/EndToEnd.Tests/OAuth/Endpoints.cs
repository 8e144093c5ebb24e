using System.Net;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>The endpoints beside the code flow, against a running server.</summary>
public sealed class Endpoints(Worlds worlds)
{
    [Fact]
    [Trait("Contract", "http 53")]
    [Trait("Contract", "http 78")]
    [Trait("Standard", "RFC 8414")]
    public async Task oidcc_discovery_endpoint_verification()
    {
        using var client = await Shop();

        var (status, metadata) = await client.Ask("/.well-known/openid-configuration", null);
        var (_, again) = await client.Ask("/.well-known/oauth-authorization-server", null);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("https://id.shop.test", metadata.GetProperty("issuer").GetString());
        Assert.Equal("https://id.shop.test/token", metadata.GetProperty("token_endpoint").GetString());
        Assert.Equal(["S256"], metadata.GetProperty("code_challenge_methods_supported").EnumerateArray().Select(static one => one.GetString()));
        Assert.Equal(["email", "offline_access", "openid", "profile"], metadata.GetProperty("scopes_supported").EnumerateArray().Select(static one => one.GetString()));
        Assert.Equal("https://id.shop.test/oauth/par", metadata.GetProperty("pushed_authorization_request_endpoint").GetString());
        Assert.False(metadata.GetProperty("require_pushed_authorization_requests").GetBoolean());
        Assert.Equal(["query", "form_post"], metadata.GetProperty("response_modes_supported").EnumerateArray().Select(static one => one.GetString()));
        Assert.True(metadata.GetProperty("claims_parameter_supported").GetBoolean());
        Assert.Contains("phone_number", metadata.GetProperty("claims_supported").EnumerateArray().Select(static one => one.GetString()));
        Assert.False(metadata.TryGetProperty("acr_values_supported", out _));
        Assert.Equal(metadata.GetRawText(), again.GetRawText());
        Assert.DoesNotContain("null", metadata.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task oidcc_userinfo_get_and_the_old_token_info()
    {
        using var client = await Shop();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request("openid email")))["code"]);
        var accessToken = tokens.GetProperty("access_token").GetString();

        var (status, person) = await client.Ask("/userinfo", accessToken);
        var (_, old) = await client.Ask("/token/info", accessToken);
        var (nobody, _) = await client.Ask("/userinfo", null);
        var (confused, _) = await client.Ask("/userinfo", tokens.GetProperty("id_token").GetString());

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("subject-of-ada@example.com", person.GetProperty("sub").GetString());
        Assert.Equal("ada@example.com", person.GetProperty("email").GetString());
        Assert.False(person.TryGetProperty("name", out _));
        Assert.Equal(["email", "name", "sub"], old.EnumerateObject().Select(static claim => claim.Name).Order());
        Assert.Equal(HttpStatusCode.Unauthorized, nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, confused);
    }

    [Fact]
    [Trait("Attack", "28")]
    [Trait("Attack", "29")]
    public async Task introspection_tells_a_proven_client_about_its_tokens_and_nobody_anything_else()
    {
        using var client = await Shop();
        using var other = new RelyingParty(await worlds.Embedded, "id.old.test", RelyingParty.Old, RelyingParty.Secret);
        using var open = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Spa, null);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var form = new Dictionary<string, string> { ["token"] = tokens.GetProperty("access_token").GetString()! };

        var (_, mine, _) = await client.Post("/oauth/introspect", form);
        var (_, refresh, _) = await client.Post("/introspect", new() { ["token"] = tokens.GetProperty("refresh_token").GetString()! });
        var (_, foreign, _) = await other.Post("/introspect", form);
        var (_, rubbish, _) = await client.Post("/introspect", new() { ["token"] = "rubbish" });
        var (unproven, _, _) = await client.Post("/introspect", form, proven: false);
        var (anyone, _, _) = await open.Post("/introspect", form);

        Assert.True(mine.GetProperty("active").GetBoolean());
        Assert.Equal(mine.GetProperty("iat").GetInt64(), mine.GetProperty("nbf").GetInt64());
        Assert.Equal("Ada Lovelace", mine.GetProperty("profile").GetProperty("name").GetString());
        Assert.True(refresh.GetProperty("active").GetBoolean());
        Assert.Equal("""{"active":false}""", foreign.GetRawText());
        Assert.Equal("""{"active":false}""", rubbish.GetRawText());
        Assert.Equal(HttpStatusCode.Unauthorized, unproven);
        Assert.Equal(HttpStatusCode.Unauthorized, anyone);
    }

    [Fact]
    [Trait("Standard", "RFC 7009")]
    public async Task revocations_and_stored_tokens_are_counted_and_recorded()
    {
        var world = await worlds.Embedded;
        using var client = await Shop();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var form = new Dictionary<string, string> { ["token"] = tokens.GetProperty("refresh_token").GetString()! };

        var (revoked, _, _) = await client.Post("/revoke", form);
        var (refused, _, _) = await client.Post("/revoke", form, proven: false);

        using var operation = new HttpClient { BaseAddress = world.Server.Management };
        var metrics = await operation.GetStringAsync("/metrics");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (revoked, refused));
        Assert.Matches("""uitsmijter_revoke_success\{tenant="shop",client="shop-web",token_type="refresh_token"\} [1-9]""", metrics);
        Assert.Matches("""uitsmijter_revoke_failure\{tenant="shop",client="shop-web",reason="invalid_client"\} [1-9]""", metrics);
        Assert.Matches("uitsmijter_token_stored_count [1-9]", metrics);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!world.Server.Output.Contains("Token revoked: tenant=shop client=shop-web type=refresh_token", StringComparison.Ordinal))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    [Fact]
    [Trait("Attack", "28")]
    [Trait("Standard", "RFC 7009")]
    public async Task a_revoked_token_is_inactive_and_a_foreign_one_cannot_be_revoked()
    {
        using var client = await Shop();
        using var other = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Spa, null);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var form = new Dictionary<string, string> { ["token"] = tokens.GetProperty("access_token").GetString()! };

        var (foreign, _, _) = await other.Post("/revoke", form);
        var (_, still, _) = await client.Post("/introspect", form);
        var (own, _, _) = await client.Post("/revoke", form);

        Assert.Equal(HttpStatusCode.OK, foreign);
        Assert.True(still.GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, own);
        await CodeFlow.Until(async () => !(await client.Post("/introspect", form)).Body.GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await client.Refresh(tokens.GetProperty("refresh_token").GetString()!)).Status);
    }

    [Fact]
    [Trait("Attack", "25")]
    public async Task a_client_for_itself_gets_its_scopes_and_no_person_and_no_refresh_token()
    {
        using var client = await Shop();
        using var open = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Spa, null);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = "openid orders:read admin" };

        var (status, tokens, _) = await client.Post("/token", form);
        var (refused, error, _) = await open.Post("/token", form);
        var access = await CodeFlow.Verify(client, tokens.GetProperty("access_token").GetString()!, RelyingParty.Web);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("orders:read", tokens.GetProperty("scope").GetString());
        Assert.False(tokens.TryGetProperty("refresh_token", out _));
        Assert.False(tokens.TryGetProperty("id_token", out _));
        Assert.Equal("client:" + RelyingParty.Web, access.Subject);
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.Equal("unauthorized_client", error.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("grant_type=authorization_code&grant_type=refresh_token&code=x", HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("code=x", HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("grant_type=implicit", HttpStatusCode.BadRequest, "unsupported_grant_type")]
    [InlineData("grant_type=authorization_code&code=x&client_id=not-a-client", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("grant_type=authorization_code&code=x&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a01&client_secret=wrong", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("grant_type=authorization_code&code=x&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a01&client_secret=a&client_assertion=b", HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData("grant_type=authorization_code&code=x&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02", HttpStatusCode.BadRequest, "invalid_grant")]
    [InlineData("grant_type=refresh_token&refresh_token=x&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02", HttpStatusCode.BadRequest, "invalid_grant")]
    [Trait("Attack", "27")]
    [Trait("Attack", "31")]
    public async Task a_wrong_request_gets_a_clean_standard_answer(string body, HttpStatusCode status, string error)
    {
        var world = await worlds.Embedded;
        using var client = new HttpClient { BaseAddress = world.Server.Address };
        using var content = new StringContent(body, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");

        using var answer = await client.PostAsync("/token", content);
        var told = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(await answer.Content.ReadAsStringAsync());

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(error, told.GetProperty("error").GetString());
        Assert.Equal((int)status, told.GetProperty("status").GetInt32());
        Assert.True(told.GetProperty("reason").GetString()!.Length > 0);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    private async Task<RelyingParty> Shop() => new(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
}
