using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>The contract's list for the authorization endpoint and PKCE (http.md §18, 1 to 22). Where design §4 or a standard wins, the test says so.</summary>
public sealed class AuthorizeContract(Worlds worlds)
{
    [Theory]
    [InlineData(null)]
    [InlineData("none")]
    [Trait("Contract", "http 1")]
    [Trait("Contract", "http 2")]
    [Trait("Contract", "http 3")]
    public async Task a_confidential_client_may_do_without_pkce_and_a_public_one_may_not(string? method)
    {
        // The list says public; design §4: PKCE is required for public clients, and a code has 43 characters instead of 16.
        using var client = await Dairy();
        using var open = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Spa, null);

        var code = (await client.Answer(Bare(client, method)))["code"];
        using var refused = await open.Authorize(Bare(open, method));
        var (status, tokens, _) = await client.Post("/token", new() { ["grant_type"] = "authorization_code", ["code"] = code });

        Assert.Equal(43, code.Length);
        Assert.Equal("invalid_request", RelyingParty.Parameters(refused)["error"]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(tokens.TryGetProperty("access_token", out _));
        Assert.True(tokens.TryGetProperty("refresh_token", out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer rubbish")]
    [Trait("Contract", "http 4")]
    [Trait("Contract", "http 5")]
    [Trait("Contract", "http 6")]
    public async Task nobody_logged_in_gets_the_form_at_the_clients_own_address(string? bearer)
    {
        // The list says no cookie; design §4: the form is sealed for the browser, which needs one.
        using var client = await Dairy();

        using var page = await client.Authorize(client.Request(), ("Authorization", bearer), ("Accept", "application/json"));
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("action=\"/login\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"username\"", html, StringComparison.Ordinal);
        Assert.Contains("type=\"password\"", html, StringComparison.Ordinal);
        Assert.Contains("type=\"submit\"", html, StringComparison.Ordinal);
        Assert.StartsWith("/authorize?response_type=code&client_id=", (await RelyingParty.Fields(page))["location"], StringComparison.Ordinal);
        Assert.Contains("/authorize?response_type=code&amp;client_id=", html.Replace("&#x3D;", "=", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("uitsmijter-sso", string.Join(';', page.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : []), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 7")]
    [Trait("Contract", "http 8")]
    [Trait("Attack", "16")]
    public async Task the_whole_way_ends_with_the_state_as_it_came_and_never_repeats_the_password()
    {
        // The list says that the answer carries a bearer header; design §4: only forward-auth does.
        using var client = await Dairy();
        using var page = await client.Authorize(client.Request());

        using var login = await client.LogIn(page);
        using var answer = await client.Get(login.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        Assert.Contains("&state=a%20b%26c%3Dd&", login.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(0, answer.Content.Headers.ContentLength);
        Assert.Equal("a b&c=d", RelyingParty.Parameters(answer)["state"]);
        Assert.False(answer.Headers.Contains("Authorization"));
    }

    [Fact]
    [Trait("Contract", "http 9")]
    public async Task a_request_without_anything_says_what_is_missing()
    {
        using var client = await Dairy();

        using var answer = await client.Get("/authorize");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("No String was found at 'response_type'", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("S512", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]
    [InlineData("PLAIN", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]
    [InlineData("plain", null)]
    [InlineData("S256", null)]
    [InlineData("S256", "short")]
    [Trait("Contract", "http 10")]
    [Trait("Contract", "http 11")]
    [Trait("Attack", "23")]
    public async Task a_method_nobody_knows_and_one_without_a_challenge_are_told_to_the_client(string method, string? challenge)
    {
        // The list says 501 and 400 for the person; design §4: what is wrong behind a good redirect URI is told to the client.
        using var client = await Dairy();
        var request = Bare(client, method);
        if (challenge is not null)
        {
            request["code_challenge"] = challenge;
        }

        using var answer = await client.Authorize(request);

        Assert.Equal("invalid_request", RelyingParty.Parameters(answer)["error"]);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("S256")]
    [Trait("Contract", "http 12")]
    [Trait("Contract", "http 20")]
    [Trait("Contract", "http 21")]
    [Trait("Contract", "http 22")]
    [Trait("Attack", "22")]
    [Trait("Attack", "23")]
    public async Task only_the_right_verifier_of_the_right_method_exchanges_a_code(string method)
    {
        // The list says 403; design §4: 400 invalid_grant. A wrong attempt does not use the code up: a stranger could spoil it.
        using var client = await Dairy();
        var request = Bare(client, method);
        request["code_challenge"] = method == "plain" ? client.Verifier : client.Request()["code_challenge"];
        var code = (await client.Answer(request))["code"];
        var exchange = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code };

        var (missing, _, _) = await client.Post("/token", exchange);
        var (other, _, _) = await client.Post("/token", new(exchange) { ["code_verifier"] = client.Verifier, ["code_challenge_method"] = method == "plain" ? "S256" : "plain" });
        var (wrong, error, _) = await client.Post("/token", new(exchange) { ["code_verifier"] = new string('x', 43) });
        var (right, tokens, _) = await client.Post("/token", new(exchange) { ["code_verifier"] = client.Verifier, ["code_challenge_method"] = method });

        Assert.All([missing, other, wrong], static status => Assert.Equal(HttpStatusCode.BadRequest, status));
        Assert.Equal("invalid_grant", error.GetProperty("error").GetString());
        Assert.Equal("ERRORS.CODE_CHALLENGE_METHOD_MISMATCH", error.GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.OK, right);
        Assert.Equal("ada@example.com", new JsonWebToken(tokens.GetProperty("access_token").GetString()).GetClaim("user").Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData(RelyingParty.Secret)]
    [Trait("Contract", "http 13")]
    public async Task a_secret_in_the_address_is_neither_needed_nor_looked_at(string? secret)
    {
        // The list wants it; RFC 6749 §2.3.1 and http.md W11: a secret does not belong into a URI, the client proves itself at /token.
        using var client = await Dairy();
        var request = client.Request();
        if (secret is not null)
        {
            request["client_secret"] = secret;
        }

        Assert.True((await client.Answer(request)).ContainsKey("code"));
    }

    [Theory]
    [InlineData("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8effff", "application/json")]
    [InlineData("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8effff", "text/html")]
    [InlineData("0", "application/json")]
    [InlineData("0", null)]
    [InlineData("0", "text/html")]
    [Trait("Contract", "http 14")]
    [Trait("Contract", "http 15")]
    public async Task an_unknown_client_is_told_to_the_person(string id, string? accept)
    {
        using var client = await Dairy();

        using var answer = await client.Authorize(new(client.Request()) { ["client_id"] = id }, ("Accept", accept));
        var body = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("LOGIN.ERRORS.NO_CLIENT", body, StringComparison.Ordinal);
        if (accept == "text/html")
        {
            Assert.Contains("<title>Error | 400</title>", body, StringComparison.Ordinal);
            Assert.Contains("error-headline", body, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains("\"error\":true", body, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// The list also takes a header and a query of the login page. Anybody could set those beside a request that names another client (W47, W53): a client
    /// is who asks in the request itself, wherever that stands, and the login page knows it from there.
    /// </summary>
    [Fact]
    [Trait("Contract", "http 45")]
    [Trait("Attack", "43")]
    public async Task a_client_is_found_in_its_request_wherever_that_stands_and_in_nothing_beside_it()
    {
        using var client = await Dairy();
        var request = client.Request("openid email");
        var location = "/login?for=" + Uri.EscapeDataString("/authorize?" + string.Join('&', request.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")));

        using var inQuery = await client.Authorize(request);
        using var inLocation = await client.Get(location);
        using var again = await client.LogIn(inLocation, password: "wrong");
        using var besides = await client.Get($"/login?for=%2F&client_id={RelyingParty.Dairy}");
        using var inHeader = await client.Authorize(new(request) { ["client_id"] = "0" }, ("client_id", RelyingParty.Dairy));
        using var tookOver = await client.Authorize(request, ("client_id", RelyingParty.Web));

        Assert.Equal(HttpStatusCode.Unauthorized, inQuery.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.All(await Task.WhenAll(new[] { inQuery, inLocation, again, tookOver }.Select(static page => page.Content.ReadAsStringAsync())),
            static page => Assert.Contains("name=\"scope\" value=\"email+openid\"", WebUtility.HtmlDecode(page), StringComparison.Ordinal));
        Assert.Contains("name=\"scope\" value=\"\"", await besides.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("LOGIN.ERRORS.NO_CLIENT", await inHeader.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory, InlineData(false), InlineData(true)]
    [Trait("Contract", "http 59")]
    [Trait("Contract", "configuration 42")]
    [Trait("Attack", "38")]
    public async Task a_login_id_proves_a_login_once_and_only_for_its_own_request(bool overRedis)
    {
        using var client = new RelyingParty(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.dairy.test", RelyingParty.Dairy, RelyingParty.Secret);
        var request = new Dictionary<string, string>(client.Request()) { ["prompt"] = "login" };
        var other = await Proof(client, new(request) { ["state"] = "another" });
        var proven = await Proof(client, request);
        var (way, id) = (proven[..proven.LastIndexOf("loginid=", StringComparison.Ordinal)], proven[proven.LastIndexOf("loginid=", StringComparison.Ordinal)..]);

        using var unknown = await client.Get($"{way}loginid={new string('A', id.Length - 8)}");
        using var foreign = await client.Get(way + other[other.LastIndexOf("loginid=", StringComparison.Ordinal)..]);
        using var first = await client.Get(proven);
        using var again = await client.Get(proven);
        using var without = await client.Get(way.TrimEnd('&'));

        Assert.All([unknown, foreign, again, without], static page => Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode));
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.True(RelyingParty.Parameters(first).ContainsKey("code"));
    }

    private static async Task<string> Proof(RelyingParty client, Dictionary<string, string> request)
    {
        using var page = await client.Authorize(request);
        using var login = await client.LogIn(page);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.SeeOther), (page.StatusCode, login.StatusCode));
        return login.Headers.Location!.OriginalString;
    }

    [Fact]
    [Trait("Contract", "http 16")]
    [Trait("Attack", "20")]
    public async Task a_login_of_another_tenant_opens_nothing_here()
    {
        // The list says 403; design §4: a foreign tenant's cookie leads to the login page, never to a dead end. A client of another tenant has no business at this host.
        using var client = await Dairy();
        using var stranger = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Dairy, RelyingParty.Secret);
        await client.Answer(client.Request());

        using var answer = await stranger.Authorize(stranger.Request());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
    }

    [Theory]
    [InlineData("https://app.shop.test/start", HttpStatusCode.Unauthorized, "loginButton")]
    [InlineData("https://evil.test/https://app.shop.test/", HttpStatusCode.Forbidden, "WRONG_REFERER")]
    [InlineData(null, HttpStatusCode.BadRequest, "WRONG_REFERER")]
    [Trait("Contract", "http 17")]
    public async Task a_client_with_referrers_starts_from_its_own_pages(string? referer, HttpStatusCode status, string words)
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.dairy.test", RelyingParty.Referred, RelyingParty.Secret);

        using var answer = await client.Authorize(client.Request("openid"), ("Referer", referer));

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 18")]
    [Trait("Contract", "http 19")]
    public async Task scopes_are_those_the_client_may_have_and_those_the_provider_may_add()
    {
        // The list's cookie holds them too; design §4: what one client asks for never travels to another one in the session.
        using var client = await Dairy();
        var request = client.Request("openid email user:delete");

        using var page = await client.Authorize(request);
        var (_, tokens, _) = await client.Exchange((await client.Answer(request))["code"]);

        Assert.Equal("email+openid", (await RelyingParty.Fields(page))["scope"]);
        Assert.Equal("email openid user:add user:list", tokens.GetProperty("scope").GetString());
        Assert.Equal("email openid user:add user:list", new JsonWebToken(tokens.GetProperty("access_token").GetString()).GetClaim("scope").Value);
    }

    private static Dictionary<string, string> Bare(RelyingParty client, string? method)
    {
        var request = client.Request("openid");
        request.Remove("code_challenge");
        request.Remove("code_challenge_method");
        if (method is not null)
        {
            request["code_challenge_method"] = method;
        }

        return request;
    }

    private async Task<RelyingParty> Dairy() => new(await worlds.Embedded, "id.dairy.test", RelyingParty.Dairy, RelyingParty.Secret);
}
