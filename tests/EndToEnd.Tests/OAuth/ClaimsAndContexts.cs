using System.Net;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Claims by scope and by name, and logins of a wished strength, against a running server.</summary>
public sealed class ClaimsAndContexts(Worlds worlds)
{
    private const string Strong = "urn:dairy:strong";

    [Theory]
    [InlineData("openid profile", "name,family_name,given_name,preferred_username,locale,updated_at")]
    [InlineData("openid email", "email,email_verified")]
    [InlineData("openid address", "address")]
    [InlineData("openid phone", "phone_number")]
    [InlineData("openid", "")]
    public async Task oidcc_scope_gives_the_claims_it_stands_for(string scope, string claims)
    {
        using var client = await Dairy();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request(scope)))["code"]);

        var (_, person) = await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString());

        Assert.Equal(claims.Split(',', StringSplitOptions.RemoveEmptyEntries).Append("sub").Order(), person.EnumerateObject().Select(static claim => claim.Name).Order());
        Assert.Equal("subject-of-ada@example.com", person.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task the_profiles_own_words_become_the_standards()
    {
        using var client = await Dairy();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request("openid profile email address")))["code"]);

        var (_, person) = await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString());

        Assert.Equal("Ada Lovelace", person.GetProperty("name").GetString());
        Assert.Equal("ada@example.com", person.GetProperty("preferred_username").GetString());
        Assert.True(person.GetProperty("email_verified").GetBoolean());
        Assert.Equal("London", person.GetProperty("address").GetProperty("formatted").GetString());
        Assert.Equal(1767323045, person.GetProperty("updated_at").GetInt64());
    }

    [Fact]
    [Trait("Attack", "41")]
    public async Task oidcc_claims_essential_and_those_of_the_id_token()
    {
        using var client = await Dairy();
        const string Claims = """{"userinfo":{"name":{"essential":true},"shoe":null,"iss":null},"id_token":{"email":null,"role":null,"auth_time":{"essential":true},"sub":{"value":"subject-of-ada@example.com"}}}""";
        var (_, tokens, _) = await client.Exchange((await client.Answer(new(client.Request("openid")) { ["claims"] = Claims, ["max_age"] = "600" }))["code"]);

        var identity = await CodeFlow.Verify(client, tokens.GetProperty("id_token").GetString()!, RelyingParty.Dairy);
        var (_, person) = await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString());

        Assert.Equal(["name", "shoe", "sub"], person.EnumerateObject().Select(static claim => claim.Name).Order());
        Assert.Equal("ada@example.com", identity.GetClaim("email").Value);
        Assert.Equal("milker", identity.GetClaim("role").Value);
        Assert.Equal("https://id.dairy.test", identity.Issuer);
        Assert.True(long.Parse(identity.GetClaim("auth_time").Value, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    [Trait("Contract", "http 8.2")]
    public async Task the_old_token_info_tells_the_whole_profile_at_top_level()
    {
        using var client = await Dairy();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request("openid")))["code"]);

        var (_, person) = await client.Ask("/token/info", tokens.GetProperty("access_token").GetString());

        Assert.Equal("Ada Lovelace", person.GetProperty("displayName").GetString());
        Assert.Equal(38, person.GetProperty("shoe").GetInt32());
        Assert.Equal("subject-of-ada@example.com", person.GetProperty("sub").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Standard", "OpenID Connect Core 5.3")]
    public async Task a_profile_too_long_for_the_token_is_told_by_userinfo_and_the_token_stays_one_we_can_read_and_revoke(bool overRedis)
    {
        using var client = await Dairy(overRedis);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request("openid profile email"), "wordy-ada"))["code"]);
        Assert.True(tokens.TryGetProperty("access_token", out _), tokens.ToString());
        var token = tokens.GetProperty("access_token").GetString()!;

        var (status, person) = await client.Ask("/userinfo", token);
        var (_, whole) = await client.Ask("/token/info", token);
        var (_, introspected, _) = await client.Post("/introspect", new() { ["token"] = token });
        await client.Post("/revoke", new() { ["token"] = token });

        Assert.InRange(token.Length, 100, 8192);
        Assert.Equal((HttpStatusCode.OK, "Ada Lovelace"), (status, person.GetProperty("name").GetString()));
        Assert.Equal(7500, whole.GetProperty("about").GetString()!.Length);
        Assert.True(introspected.GetProperty("active").GetBoolean());
        await CodeFlow.Until(async () => (await client.Ask("/userinfo", token)).Status == HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"userinfo":5}""")]
    [InlineData("""{"id_token":{"name":"x"}}""")]
    public async Task claims_that_are_none_are_refused(string claims)
    {
        using var client = await Dairy();

        using var answer = await client.Authorize(new(client.Request()) { ["claims"] = claims });

        Assert.Equal("invalid_request", RelyingParty.Parameters(answer)["error"]);
    }

    [Fact]
    public async Task somebody_else_than_the_wished_subject_is_no_answer()
    {
        using var client = await Dairy();
        await client.Answer(client.Request("openid"));

        using var answer = await client.Authorize(new(client.Request("openid")) { ["prompt"] = "none", ["claims"] = """{"id_token":{"sub":{"value":"subject-of-eve"}}}""" });

        Assert.Equal("login_required", RelyingParty.Parameters(answer)["error"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_stronger_context_is_asked_for_by_a_new_login_and_told_as_it_is(bool overRedis)
    {
        using var client = await Dairy(overRedis);
        await client.Answer(client.Request("openid"), "strong-ada");

        using var asked = await client.Authorize(new(client.Request("openid")) { ["acr_values"] = Strong });
        var (_, tokens, _) = await client.Exchange((await client.Answer(new(client.Request("openid")) { ["acr_values"] = Strong }, "strong-ada"))["code"]);
        var identity = await CodeFlow.Verify(client, tokens.GetProperty("id_token").GetString()!, RelyingParty.Dairy);
        using var silent = await client.Authorize(new(client.Request("openid")) { ["acr_values"] = Strong });
        var (_, told, _) = await client.Post("/introspect", new() { ["token"] = tokens.GetProperty("access_token").GetString()! });

        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Equal(Strong, identity.GetClaim("acr").Value);
        Assert.Equal(["pwd", "otp"], identity.Claims.Where(static claim => claim.Type == "amr").Select(static claim => claim.Value));
        Assert.Equal(HttpStatusCode.SeeOther, silent.StatusCode);
        // RFC 9470 §6.2: what a resource needs to ask for a step up.
        Assert.Equal(Strong, told.GetProperty("acr").GetString());
        Assert.Equal(JsonValueKind.Number, told.GetProperty("auth_time").ValueKind);
    }

    [Fact]
    public async Task oidcc_ensure_request_with_acr_values_succeeds()
    {
        using var client = await Dairy();

        var (_, tokens, _) = await client.Exchange((await client.Answer(new(client.Request("openid")) { ["acr_values"] = Strong }))["code"]);
        var identity = await CodeFlow.Verify(client, tokens.GetProperty("id_token").GetString()!, RelyingParty.Dairy);

        Assert.Equal("urn:dairy:plain", identity.GetClaim("acr").Value);
    }

    [Fact]
    public async Task an_essential_context_that_cannot_be_met_is_an_error()
    {
        using var client = await Dairy();
        var request = new Dictionary<string, string>(client.Request("openid")) { ["claims"] = """{"id_token":{"acr":{"essential":true,"values":["urn:dairy:strong"]}}}""" };

        var weak = await client.Answer(request);
        using var silent = await client.Authorize(new(request) { ["prompt"] = "none" });

        Assert.Equal("unmet_authentication_requirements", weak["error"]);
        Assert.False(weak.ContainsKey("code"));
        Assert.Equal("login_required", RelyingParty.Parameters(silent)["error"]);
    }

    [Fact]
    public async Task a_pushed_wish_for_a_stronger_login_reaches_the_script_too()
    {
        using var client = await Dairy();
        var reference = await client.Push(new(client.Request("openid")) { ["acr_values"] = Strong });

        var (_, tokens, _) = await client.Exchange((await client.Answer(reference, "strong-ada"))["code"]);
        var identity = await CodeFlow.Verify(client, tokens.GetProperty("id_token").GetString()!, RelyingParty.Dairy);

        Assert.Equal(Strong, identity.GetClaim("acr").Value);
    }

    private async Task<RelyingParty> Dairy(bool overRedis = false) =>
        new(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.dairy.test", RelyingParty.Dairy, RelyingParty.Secret);
}
