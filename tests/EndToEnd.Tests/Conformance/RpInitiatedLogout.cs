using System.Net;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>The modules of <c>oidcc-rp-initiated-logout-certification-test-plan</c>, each checking what that module checks, and the two logout plans beside it.</summary>
public sealed class RpInitiatedLogout(Worlds worlds)
{
    private const string Bye = "https://app.shop.test/bye";

    [Fact]
    [Trait("Module", "oidcc-rp-initiated-logout-discovery-endpoint-verification")]
    [Trait("Module", "oidcc-frontchannel-rp-initiated-logout-discovery-endpoint-verification")]
    [Trait("Module", "oidcc-backchannel-rp-initiated-logout-discovery-endpoint-verification")]
    public async Task oidcc_rp_initiated_logout_discovery_endpoint_verification()
    {
        using var client = await Client();

        var (_, metadata) = await client.Ask("/.well-known/openid-configuration", null);

        Assert.Equal("https://id.shop.test/logout", metadata.GetProperty("end_session_endpoint").GetString());
        Assert.All(
            ["frontchannel_logout_supported", "frontchannel_logout_session_supported", "backchannel_logout_supported", "backchannel_logout_session_supported"],
            name => Assert.True(metadata.GetProperty(name).GetBoolean()));
    }

    [Fact]
    [Trait("Module", "oidcc-rp-initiated-logout")]
    public async Task oidcc_rp_initiated_logout()
    {
        using var client = await Client();
        var hint = await LogIn(client);

        using var answer = await client.Get($"/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(Bye)}&state=a%20b%26c");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(Bye + "?state=a%20b%26c", answer.Headers.Location!.OriginalString);
        Assert.Equal("login_required", await Silent(client));
    }

    [Fact]
    [Trait("Module", "oidcc-rp-initiated-logout-no-state")]
    public async Task oidcc_rp_initiated_logout_no_state()
    {
        using var client = await Client();
        var hint = await LogIn(client);

        using var answer = await client.Get($"/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(Bye)}");

        Assert.Equal(Bye, answer.Headers.Location!.OriginalString);
        Assert.Equal("login_required", await Silent(client));
    }

    [Theory]
    [InlineData("https://app.shop.test/other")]
    [InlineData("https://evil.test/bye")]
    [InlineData("https://app.shop.test/bye/")]
    [Trait("Module", "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")]
    [Trait("Attack", "13")]
    public async Task oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(string address)
    {
        using var client = await Client();
        var hint = await LogIn(client);

        using var answer = await client.Get($"/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(address)}&state=s");

        await IsGoodbye(answer);
        Assert.Equal("login_required", await Silent(client));
    }

    [Fact]
    [Trait("Module", "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri")]
    public Task oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() =>
        oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(Bye + "?foo=bar");

    [Fact]
    [Trait("Module", "oidcc-rp-initiated-logout-no-post-logout-redirect-uri")]
    public async Task oidcc_rp_initiated_logout_no_post_logout_redirect_uri()
    {
        using var client = await Client();
        var hint = await LogIn(client);

        using var answer = await client.Get($"/logout?id_token_hint={hint}&state=s");

        await IsGoodbye(answer);
        Assert.Equal("login_required", await Silent(client));
    }

    [Theory]
    [InlineData("modified")]
    [InlineData("bad")]
    [InlineData("none")]
    [InlineData("only state")]
    [Trait("Module", "oidcc-rp-initiated-logout-modified-id-token-hint")]
    [Trait("Module", "oidcc-rp-initiated-logout-bad-id-token-hint")]
    [Trait("Module", "oidcc-rp-initiated-logout-no-id-token-hint")]
    [Trait("Module", "oidcc-rp-initiated-logout-only-state")]
    [Trait("Attack", "21")]
    public async Task oidcc_rp_initiated_logout_without_a_good_id_token_hint_asks_and_leads_nowhere(string hintKind)
    {
        using var client = await Client();
        var hint = await LogIn(client);
        var parts = hint.Split('.');
        var query = hintKind switch
        {
            "modified" => $"id_token_hint={parts[0]}.{parts[1]}.{new string('A', parts[2].Length)}&post_logout_redirect_uri={Uri.EscapeDataString(Bye)}&state=s",
            "bad" => $"id_token_hint=bad&post_logout_redirect_uri={Uri.EscapeDataString(Bye)}&state=s",
            "none" => $"post_logout_redirect_uri={Uri.EscapeDataString(Bye)}&state=s",
            _ => "state=s",
        };

        using var asked = await client.Get("/logout?" + query);
        var before = await Silent(client);
        using var confirmed = await client.Submit(asked, "/logout");

        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Equal("code", before);
        await IsGoodbye(confirmed);
        Assert.Equal("login_required", await Silent(client));
    }

    [Fact]
    [Trait("Module", "oidcc-rp-initiated-logout-no-params")]
    public async Task oidcc_rp_initiated_logout_no_params()
    {
        using var client = await Client();
        await LogIn(client);

        using var page = await client.Get("/logout");
        using var final = await client.Get("/logout/finalize?location=/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("/", final.Headers.Location!.OriginalString);
        Assert.Equal("login_required", await Silent(client));
    }

    [Fact]
    [Trait("Attack", "21")]
    public async Task the_hint_of_somebody_else_logs_nobody_out_and_a_client_that_only_names_itself_asks()
    {
        using var client = await Client();
        using var stranger = await Client();
        await LogIn(client);
        var foreign = await LogIn(stranger);
        var address = $"post_logout_redirect_uri={Uri.EscapeDataString(Bye)}&state=s";

        using var asked = await client.Get($"/logout?id_token_hint={foreign}&{address}");
        var mine = await Silent(client);
        var theirs = await Silent(stranger);
        using var named = await client.Get($"/logout?client_id={RelyingParty.Leaving}&{address}");
        using var confirmed = await client.Submit(named, "/logout");

        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Equal(("code", "code"), (mine, theirs));
        Assert.Equal(Bye + "?state=s", confirmed.Headers.Location!.OriginalString);
        Assert.Equal("code", await Silent(stranger));
    }

    [Fact]
    public async Task a_hint_of_another_client_and_a_parameter_twice_are_refused()
    {
        using var client = await Client();
        var hint = await LogIn(client);

        using var mixed = await client.Get($"/logout?id_token_hint={hint}&client_id={RelyingParty.Web}");
        using var twice = await client.Get($"/logout?id_token_hint={hint}&state=a&state=b");

        Assert.Equal(HttpStatusCode.BadRequest, mixed.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        Assert.Equal("code", await Silent(client));
    }

    [Fact]
    public async Task a_posted_request_is_asked_again_by_get()
    {
        using var client = await Client();
        var hint = await LogIn(client);

        using var posted = await client.Submit(new Dictionary<string, string> { ["id_token_hint"] = hint, ["post_logout_redirect_uri"] = Bye, ["state"] = "s" }, "/logout");
        using var answer = await client.Get(posted.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        Assert.Equal(Bye + "?state=s", answer.Headers.Location!.OriginalString);
        Assert.Equal("login_required", await Silent(client));
    }

    [Fact]
    [Trait("Module", "oidcc-frontchannel-rp-initiated-logout")]
    [Trait("Attack", "21")]
    public async Task oidcc_frontchannel_rp_initiated_logout()
    {
        using var client = await Client(RelyingParty.Framed);
        var hint = await LogIn(client);
        var sid = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(hint).GetClaim("sid").Value;

        using var answer = await client.Get($"/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(Bye)}&state=s");
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains($"<iframe src=\"https://app.shop.test/front?x=1&iss={Uri.EscapeDataString("https://id.shop.test")}&sid={Uri.EscapeDataString(sid)}\"", page, StringComparison.Ordinal);
        Assert.Contains($"content=\"3; url={Bye}?state=s\"", page, StringComparison.Ordinal);
        Assert.Contains("; frame-src https://app.shop.test", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("login_required", await Silent(client));
    }

    private async Task<RelyingParty> Client(string ident = RelyingParty.Leaving) => new(await worlds.Embedded, "id.shop.test", ident, RelyingParty.Secret);

    private static async Task<string> LogIn(RelyingParty client) =>
        (await client.Exchange((await client.Answer(client.Request()))["code"])).Body.GetProperty("id_token").GetString()!;

    /// <summary>"code" while the person is logged in, else the error of a silent request.</summary>
    private static async Task<string> Silent(RelyingParty client)
    {
        using var answer = await client.Authorize(new(client.Request()) { ["prompt"] = "none" });
        var parameters = RelyingParty.Parameters(answer);
        return parameters.GetValueOrDefault("error") ?? "code";
    }

    private static async Task IsGoodbye(HttpResponseMessage answer)
    {
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Contains("role=\"status\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("app.shop.test", page, StringComparison.Ordinal);
    }
}
