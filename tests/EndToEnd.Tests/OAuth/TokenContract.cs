using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>The contract's list for the token endpoint (http.md §18) that the flows beside it do not show: roles and scopes by default, tenants, users who left.</summary>
/// <param name="worlds">The servers.</param>
[Trait("Standard", "RFC 6749")]
public sealed class TokenContract(Worlds worlds)
{
    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 24")]
    public async Task a_code_without_scopes_gives_an_empty_scope_a_refresh_token_and_the_role_default(bool overRedis)
    {
        using var client = new RelyingParty(await World(overRedis), GrantClients.BareHost, GrantClients.Bare, RelyingParty.Secret);

        var (status, tokens, _) = await client.Exchange((await client.Answer(client.Request("")))["code"]);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("", tokens.GetProperty("scope").GetString());
        Assert.NotEmpty(tokens.GetProperty("refresh_token").GetString()!);
        Assert.Equal("default", new JsonWebToken(tokens.GetProperty("access_token").GetString()).GetClaim("role").Value);
        Assert.False(tokens.TryGetProperty("id_token", out _));
    }

    [Theory]
    [InlineData("list write read admin")]
    [InlineData("list+write+read+admin")]
    [Trait("Contract", "http 25")]
    [Trait("Attack", "25")]
    public async Task of_the_scopes_of_a_request_a_client_gets_those_it_may_have(string asked)
    {
        // The list's test joined them by commas, so that they came through the login cookie (W24); design §4: a request speaks for itself.
        using var client = new RelyingParty(await worlds.Embedded, GrantClients.BareHost, GrantClients.Bare, RelyingParty.Secret);

        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request(asked)))["code"]);

        Assert.Equal("list read", tokens.GetProperty("scope").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http W5")]
    [Trait("Attack", "22")]
    public async Task the_address_of_a_code_may_be_left_out_and_counts_where_it_is_sent(bool overRedis)
    {
        // RFC 6749 §4.1.3 demands it, existing clients leave it out, OAuth 2.1 has it no more: the verifier protects the code.
        using var client = new RelyingParty(await World(overRedis), "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var without = Exchange(client, (await client.Answer(client.Request()))["code"]);
        without.Remove("redirect_uri");

        var (wrong, error, _) = await client.Post("/token", new(without) { ["redirect_uri"] = RelyingParty.Callback + "/" });
        var (unproven, _, _) = await client.Post("/token", new(without) { ["code_verifier"] = new string('v', 43) });
        var (status, tokens, _) = await client.Post("/token", without);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant", "ERRORS.REDIRECT_MISMATCH"), (wrong, error.GetProperty("error").GetString(), error.GetProperty("reason").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, unproven);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEmpty(tokens.GetProperty("access_token").GetString()!);
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 27")]
    [Trait("Attack", "22")]
    [Trait("Attack", "24")]
    public async Task a_code_or_refresh_token_is_worth_nothing_to_a_client_of_another_tenant(bool overRedis)
    {
        // The list says 403; RFC 6749 §5.2 and design §4 say 400 with the contract's reason beside it.
        var world = await World(overRedis);
        using var owner = new RelyingParty(world, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        using var foreign = new RelyingParty(world, "id.old.test", RelyingParty.Old, RelyingParty.Secret);
        var code = (await owner.Answer(owner.Request()))["code"];

        var (byCode, codeError, _) = await foreign.Post("/token", Exchange(owner, code));
        var (status, tokens, _) = await owner.Exchange(code);
        var refresh = tokens.GetProperty("refresh_token").GetString()!;
        var (byRefresh, refreshError, _) = await foreign.Refresh(refresh);
        var (still, _, _) = await owner.Refresh(refresh);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (byCode, codeError.GetProperty("error").GetString()));
        Assert.Equal("ERRORS.TENANT_MISMATCH", codeError.GetProperty("reason").GetString());
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (byRefresh, refreshError.GetProperty("error").GetString()));
        Assert.Equal("ERRORS.TENANT_MISMATCH", refreshError.GetProperty("reason").GetString());
        // The attempts cost the owner nothing.
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (status, still));
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 29")]
    [Trait("Attack", "24")]
    public async Task a_user_who_is_not_valid_any_more_gets_no_new_token_and_loses_those_there_are(bool overRedis)
    {
        using var client = new RelyingParty(await World(overRedis), "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request(), "gone@example.com"))["code"]);
        var refresh = tokens.GetProperty("refresh_token").GetString()!;
        var before = await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString());

        var (status, error, _) = await client.Refresh(refresh);
        var (again, _, _) = await client.Refresh(refresh);

        // The list says 403; RFC 6749 §5.2 and design §4 say 400 with the contract's reason beside it.
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (status, error.GetProperty("error").GetString()));
        Assert.Equal("ERRORS.INVALIDATE", error.GetProperty("reason").GetString());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (before.Status, again));
        await CodeFlow.Until(async () => (await client.Ask("/userinfo", tokens.GetProperty("access_token").GetString())).Status == HttpStatusCode.Unauthorized);
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 29")]
    public async Task a_tenant_without_a_validation_script_keeps_its_users_outside_production(bool overRedis)
    {
        using var client = new RelyingParty(await World(overRedis), GrantClients.BareHost, GrantClients.Bare, RelyingParty.Secret);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request("read")))["code"]);

        var (status, fresh, _) = await client.Refresh(tokens.GetProperty("refresh_token").GetString()!);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("read", fresh.GetProperty("scope").GetString());
        Assert.NotEqual(tokens.GetProperty("refresh_token").GetString(), fresh.GetProperty("refresh_token").GetString());
    }

    private static Dictionary<string, string> Exchange(RelyingParty owner, string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = RelyingParty.Callback,
        ["code_verifier"] = owner.Verifier,
    };

    private Task<World> World(bool overRedis) => overRedis ? worlds.OverRedis : worlds.Embedded;
}
