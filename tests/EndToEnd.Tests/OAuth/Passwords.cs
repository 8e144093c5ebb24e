using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>The password grant (contract http.md §6.3) against a running server.</summary>
public sealed class Passwords(Worlds worlds)
{
    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 30")]
    [Trait("Contract", "http 67")]
    public async Task a_client_that_lists_the_grant_gets_tokens_and_no_refresh_token(bool overRedis)
    {
        using var client = await Client(GrantClients.Password, overRedis);

        var tokens = await client.Post(Form());
        var access = new JsonWebToken(tokens.Text("access_token"));
        var person = await client.Send(HttpMethod.Get, "/token/info", null, ("Authorization", "Bearer " + tokens.Text("access_token")));

        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal("Bearer", tokens.Text("token_type"));
        Assert.Equal(7200, tokens.Body.GetProperty("expires_in").GetInt32());
        Assert.False(tokens.Body.TryGetProperty("refresh_token", out _));
        Assert.Equal("subject-of-ada@example.com", access.Subject);
        Assert.Equal("cook", access.GetClaim("role").Value);
        Assert.False(string.IsNullOrEmpty(access.GetClaim("sid").Value));
        Assert.Equal("password", person.Text("grant"));
    }

    [Theory]
    [InlineData(GrantClients.Password, "access openid admin:delete", "access openid user:list")]
    [InlineData(GrantClients.Password, "access", "access user:list")]
    [InlineData(GrantClients.Password, "offline_access", "user:list")]
    [InlineData(GrantClients.NoProviderScopes, "access openid admin:delete", "access openid")]
    [InlineData(GrantClients.NoProviderScopes, null, "")]
    [Trait("Contract", "http 31")]
    [Trait("Contract", "http 65")]
    [Trait("Attack", "25")]
    public async Task scopes_are_those_asked_for_and_those_of_the_provider_that_the_client_may_have(string ident, string? scope, string granted)
    {
        // Without allowedProviderScopes the contract passes all of them; design §4 decided for none.
        using var client = await Client(ident);

        var tokens = await client.Post(Form(scope: scope));

        Assert.Equal(granted, tokens.Text("scope"));
    }

    [Fact]
    [Trait("Contract", "http 26")]
    [Trait("Contract", "http 30")]
    [Trait("Contract", "http 67")]
    public async Task whoever_is_wrong_is_told_by_the_standard_and_by_the_reason_applications_know()
    {
        // Design §4 gives the standard's status where the contract has 403.
        using var client = await Client(GrantClients.Password);
        using var unlisted = await Client(GrantClients.Plain);
        using var impostor = new BoundParty(await worlds.Embedded, GrantClients.Host, GrantClients.Password, "wrong");

        var credentials = await client.Post(Form(password: "wrong"));
        var disabled = await unlisted.Post(Form());
        var secret = await impostor.Post(Form());
        var nameless = await client.Post(new() { ["grant_type"] = "password", ["password"] = "x" });
        var open = await client.Post(new() { ["grant_type"] = "password", ["username"] = "x" });

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant", "ERRORS.WRONG_CREDENTIALS"), (credentials.Status, credentials.Error, credentials.Text("reason")));
        Assert.Equal((HttpStatusCode.BadRequest, "unauthorized_client", "ERROR.UNSUPPORTED_GRANT_TYPE"), (disabled.Status, disabled.Error, disabled.Text("reason")));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client", "ERROR.WRONG_CLIENT_SECRET"), (secret.Status, secret.Error, secret.Text("reason")));
        Assert.Equal("invalid_request", nameless.Error);
        Assert.Equal("invalid_request", open.Error);
    }

    [Fact]
    [Trait("Attack", "37")]
    public async Task an_unknown_user_and_a_wrong_password_are_told_the_same()
    {
        using var client = await Client(GrantClients.Password);

        var wrong = await client.Post(Form("ada@example.com", "wrong"));
        var unknown = await client.Post(Form($"{Guid.NewGuid():N}@elsewhere.test", "wrong"));

        Assert.Equal((wrong.Status, wrong.Body.GetRawText(), wrong.RetryAfter), (unknown.Status, unknown.Body.GetRawText(), unknown.RetryAfter));
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task guesses_count_and_lock_the_name_for_a_while()
    {
        using var client = new BoundParty(await worlds.Embedded, "id.cellar.test", GrantClients.Throttled, RelyingParty.Secret);
        Told told;
        var guesses = 0;
        do
        {
            told = await client.Post(Form("eve@example.com", "guess"));
        }
        // On a busy machine a script may find no place; such an answer counts for nothing and says nothing.
        while (told.Status is HttpStatusCode.BadRequest or HttpStatusCode.ServiceUnavailable && ++guesses < 50);

        var right = await client.Post(Form("EVE@example.com"));
        var other = await client.Post(Form("ada@example.com"));

        Assert.Equal(HttpStatusCode.TooManyRequests, told.Status);
        Assert.InRange(guesses, 1, 49);
        Assert.Equal("LOGIN.ERRORS.TOO_MANY_ATTEMPTS", told.Text("reason"));
        Assert.True(int.Parse(told.RetryAfter!, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Equal(HttpStatusCode.TooManyRequests, right.Status);
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    [Trait("Attack", "33")]
    public async Task a_client_that_must_bind_its_tokens_gets_none_without_a_proof()
    {
        using var client = await Client(GrantClients.Bound);

        var bare = await client.Post(Form());
        var forItself = await client.Post(new() { ["grant_type"] = "client_credentials" });
        var bound = await client.Token(Form());

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (bare.Status, bare.Error));
        Assert.Equal("invalid_dpop_proof", forItself.Error);
        Assert.Equal("DPoP", bound.Text("token_type"));
    }

    [Fact]
    [Trait("Contract", "http 53")]
    public async Task the_metadata_names_the_grant_only_where_a_client_has_it()
    {
        using var pantry = await Client(GrantClients.Password);
        using var shop = new BoundParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);

        Assert.Contains("password", await GrantTypes(pantry));
        Assert.DoesNotContain("password", await GrantTypes(shop));
    }

    private static async Task<string?[]> GrantTypes(BoundParty client) =>
        [.. (await client.Send(HttpMethod.Get, "/.well-known/openid-configuration", null)).Body.GetProperty("grant_types_supported").EnumerateArray().Select(static one => one.GetString())];

    internal static Dictionary<string, string> Form(string username = "ada@example.com", string password = "correct horse", string? scope = null)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "password", ["username"] = username, ["password"] = password };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        return form;
    }

    private async Task<BoundParty> Client(string ident, bool overRedis = false) =>
        new(await (overRedis ? worlds.OverRedis : worlds.Embedded), GrantClients.Host, ident, RelyingParty.Secret);
}
