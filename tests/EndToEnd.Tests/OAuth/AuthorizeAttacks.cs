using System.Net;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What strangers try at the authorization endpoint, and how it asks people.</summary>
public sealed class AuthorizeAttacks(Worlds worlds)
{
    [Theory]
    [InlineData("//evil.test")]
    [InlineData("/\\evil.test")]
    [InlineData("/\t/evil.test")]
    [InlineData("https:evil.test")]
    [InlineData("https://app.shop.test\\@evil.test/callback")]
    [InlineData("https://app.shop.test/callback\r\nX-Evil: 1")]
    [InlineData("https://app.shop.test:444/callback")]
    [InlineData("https://app.shop.test/callback/../evil")]
    [InlineData("https://app.shop.test/Callback")]
    [InlineData("https://app。shop.test/callback")]
    [InlineData("data:text/html,x")]
    [InlineData("http://localhost/callback")]
    [Trait("Attack", "13")]
    [Trait("Attack", "14")]
    public async Task an_address_that_is_not_the_clients_gets_nobody_redirected(string redirectUri)
    {
        using var client = await Shop();

        using var answer = await client.Authorize(new(client.Request()) { ["redirect_uri"] = redirectUri, ["response_mode"] = "form_post" });
        var (status, _, _) = await client.Post("/oauth/par", new(client.Request()) { ["redirect_uri"] = redirectUri });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.DoesNotContain("<form id=\"answer\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Theory]
    [InlineData("state=x&state=y")]
    [InlineData("client_id=a&client_id=b")]
    [InlineData("redirect_uri=https%3A%2F%2Fevil.test&redirect_uri=https%3A%2F%2Fevil.test")]
    [Trait("Attack", "31")]
    public async Task a_parameter_that_stands_there_twice_refuses_the_request(string twice)
    {
        using var client = await Shop();

        using var answer = await client.Get("/authorize?response_type=code&" + twice);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
    }

    [Theory]
    [InlineData("scope", "error,error_description,state,iss")]
    [InlineData("nonce", "error,error_description,state,iss")]
    [InlineData("prompt", "error,error_description,state,iss")]
    [InlineData("state", "error,error_description,iss")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", null)]
    [Trait("Attack", "31")]
    [Trait("Standard", "RFC 6749")]
    public async Task what_stands_there_twice_is_told_to_the_client_where_it_is_clear_which_and_where(string name, string? told)
    {
        using var client = await Shop();
        var request = client.Request();
        var value = request.GetValueOrDefault(name, "none");
        request[name] = value;

        // The same value, too: RFC 6749 §3.1 counts parameters and not what they say.
        using var answer = await client.Get("/authorize?" + string.Join('&', request.Append(new(name, value)).Select(static one => $"{one.Key}={Uri.EscapeDataString(one.Value)}")));

        Assert.Equal(told is null ? HttpStatusCode.BadRequest : HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(told, answer.Headers.Location is null ? null : string.Join(',', RelyingParty.Parameters(answer).Keys));
        Assert.True(told is null || RelyingParty.Parameters(answer)["error"] == "invalid_request");
    }

    [Fact]
    [Trait("Attack", "31")]
    public async Task oidcc_ensure_request_with_unknown_parameter_and_every_hint_succeeds()
    {
        using var client = await Shop();
        var request = new Dictionary<string, string>(client.Request())
        {
            ["extra"] = "foobar", ["display"] = "popup", ["claims_locales"] = "se", ["ui_locales"] = "xx de en", ["prompt"] = "somethingnew", ["max_age"] = "99999999999",
        };

        using var page = await client.Authorize(request);
        var answer = await client.Answer(request);

        Assert.Equal("de", page.Content.Headers.ContentLanguage.Single());
        Assert.True(answer.ContainsKey("code"));
    }

    [Fact]
    public async Task oidcc_login_hint_is_in_the_form()
    {
        using var client = await Shop();

        using var page = await client.Authorize(new(client.Request()) { ["login_hint"] = "ada@example.com" });

        Assert.Contains("value=\"ada@example.com\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_wished_language_stays_through_a_wrong_password_and_a_pushed_request()
    {
        using var client = await Shop();

        using var page = await client.Authorize(await client.Push(new(client.Request()) { ["ui_locales"] = "pt-BR" }));
        using var wrong = await client.LogIn(page, "wrong", Guid.NewGuid().ToString("N"));

        Assert.Equal("pt", page.Content.Headers.ContentLanguage.Single());
        Assert.Equal("pt", wrong.Content.Headers.ContentLanguage.Single());
    }

    [Fact]
    public async Task oidcc_ensure_post_request_succeeds()
    {
        using var client = await Shop();
        using var page = await client.AuthorizeByPost(new FormUrlEncodedContent(client.Request()));
        using var login = await client.LogIn(page);
        using var answer = await client.Get(login.Headers.Location!.OriginalString);

        // From another site the browser leaves our cookie at home; asked by GET it brings it.
        using var foreign = await client.AuthorizeByPost(new FormUrlEncodedContent(client.Request()), "cross-site");
        using var again = await client.Get(foreign.Headers.Location!.OriginalString);

        Assert.True(RelyingParty.Parameters(answer).ContainsKey("code"));
        Assert.Equal(HttpStatusCode.SeeOther, foreign.StatusCode);
        Assert.True(RelyingParty.Parameters(again).ContainsKey("code"));
    }

    [Fact]
    [Trait("Attack", "35")]
    [Trait("Standard", "RFC 9207")]
    public async Task every_answer_says_whose_it_is()
    {
        using var shop = await Shop();
        using var dairy = new RelyingParty(await worlds.Embedded, "id.dairy.test", RelyingParty.Dairy, RelyingParty.Secret);

        using var refused = await shop.Authorize(new(shop.Request()) { ["prompt"] = "none" });
        var mine = await shop.Answer(shop.Request());
        var theirs = await dairy.Answer(dairy.Request("openid"));
        var (mixed, error, _) = await shop.Exchange(theirs["code"]);
        var (_, metadata) = await shop.Ask("/.well-known/openid-configuration", null);

        Assert.Equal("https://id.shop.test", RelyingParty.Parameters(refused)["iss"]);
        Assert.Equal("https://id.shop.test", mine["iss"]);
        Assert.Equal("https://id.dairy.test", theirs["iss"]);
        Assert.Equal(metadata.GetProperty("issuer").GetString(), mine["iss"]);
        Assert.True(metadata.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.Equal(HttpStatusCode.BadRequest, mixed);
        Assert.Equal("invalid_grant", error.GetProperty("error").GetString());
    }

    [Fact]
    [Trait("Attack", "22")]
    public async Task a_code_of_another_client_or_for_another_address_is_worth_nothing()
    {
        using var client = await Shop();
        using var other = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Spa, null);
        var code = (await client.Answer(client.Request()))["code"];

        var (stolen, _, _) = await other.Exchange(code);
        var (elsewhere, _, _) = await client.Post("/token", new()
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = "https://app.shop.test/other", ["code_verifier"] = client.Verifier,
        });
        var (mine, _, _) = await client.Exchange(code);

        Assert.Equal(HttpStatusCode.BadRequest, stolen);
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere);
        Assert.Equal(HttpStatusCode.OK, mine);
    }

    [Fact]
    [Trait("Attack", "25")]
    [Trait("Standard", "RFC 6749")]
    [Trait("Standard", "RFC 9126")]
    public async Task a_client_that_may_not_use_codes_hears_so_and_its_person_sees_no_login()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Devices.Printer, RelyingParty.Secret);

        using var answer = await client.Authorize(client.Request());
        var (status, error, _) = await client.Post("/oauth/par", client.Request());

        // RFC 6749 §4.1.2.1: the address is the client's, so the client is told.
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var told = RelyingParty.Parameters(answer);
        Assert.Equal(("unauthorized_client", "a b&c=d", "https://id.shop.test"), (told["error"], told["state"], told["iss"]));
        Assert.False(told.ContainsKey("code"));
        Assert.Equal((HttpStatusCode.BadRequest, "unauthorized_client"), (status, error.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task a_state_has_two_thousand_characters_and_no_more()
    {
        using var client = await Shop();
        var longest = new string('s', 2048);

        var answer = await client.Answer(new(client.Request()) { ["state"] = longest });
        using var longer = await client.Authorize(new(client.Request()) { ["state"] = longest + "s" });

        Assert.Equal(longest, answer["state"]);
        Assert.Equal("invalid_request", RelyingParty.Parameters(longer)["error"]);
        Assert.False(RelyingParty.Parameters(longer).ContainsKey("state"));
    }

    [Theory]
    [InlineData("/oauth/par", "application/x-www-form-urlencoded", 1_000_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/token", "application/x-www-form-urlencoded", 1_000_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/introspect", "application/x-www-form-urlencoded", 1_000_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/revoke", "application/x-www-form-urlencoded", 1_000_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/oauth/par", "text/plain", 10, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("/token", "text/plain", 10, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("/token", "multipart/form-data; boundary=x", 10, HttpStatusCode.BadRequest)]
    [InlineData("/oauth/par", "application/json", 10, HttpStatusCode.BadRequest)]
    [Trait("Attack", "31")]
    public async Task a_body_that_is_none_gets_the_standards_answer_and_no_page(string path, string type, int length, HttpStatusCode status)
    {
        var world = await worlds.Embedded;
        using var server = new HttpClient { BaseAddress = world.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('a', length))) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        request.Headers.ExpectContinue = true;

        using var answer = await server.SendAsync(request);
        var told = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("invalid_request", told.GetProperty("error").GetString());
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("Basic %%%%")]
    [InlineData("Basic ////")]
    [InlineData("Basic")]
    [Trait("Attack", "27")]
    [Trait("Attack", "31")]
    public async Task base64_that_is_none_proves_nothing(string header)
    {
        var world = await worlds.Embedded;
        using var server = new HttpClient { BaseAddress = world.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/par") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = RelyingParty.Web }) };
        request.Headers.TryAddWithoutValidation("Authorization", header);

        using var answer = await server.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("invalid_client", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<RelyingParty> Shop() => new(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
}
