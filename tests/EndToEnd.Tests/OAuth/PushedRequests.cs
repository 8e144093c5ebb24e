using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Pushed authorization requests (RFC 9126) against a running server, in one process and over Redis.</summary>
[Trait("Standard", "RFC 9126")]
public sealed class PushedRequests(Worlds worlds)
{
    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "32")]
    public async Task a_pushed_request_survives_the_login_page_and_gives_one_code(bool overRedis)
    {
        using var client = await Shop(overRedis);
        var reference = await client.Push(client.Request());

        var answer = await client.Answer(reference);
        var (status, tokens, _) = await client.Exchange(answer["code"]);
        using var again = await client.Authorize(reference);

        Assert.Equal("a b&c=d", answer["state"]);
        Assert.Equal("https://id.shop.test", answer["iss"]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("openid orders:read profile", tokens.GetProperty("scope").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Null(again.Headers.Location);
        Assert.Contains("invalid_request_uri: the request_uri is unknown, expired, used", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "32")]
    public async Task of_many_tabs_with_one_pushed_request_one_gets_a_code(bool overRedis)
    {
        using var client = await Shop(overRedis);
        await client.Answer(client.Request());
        var reference = await client.Push(client.Request());

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.Authorize(reference)));

        Assert.Equal(1, answers.Count(static answer => answer.StatusCode == HttpStatusCode.SeeOther));
        Assert.Equal(11, answers.Count(static answer => answer.StatusCode == HttpStatusCode.BadRequest));
    }

    [Fact]
    [Trait("Attack", "32")]
    public async Task a_client_that_must_push_is_sent_back_without_asking_the_person()
    {
        // Public, and of a tenant where others need not push: the one thing that stands in the way is that its request was not pushed.
        using var client = new RelyingParty(await worlds.Embedded, "id.cellar.test", GrantClients.MustPushItself, null);
        using var spoken = await client.Authorize(client.Request());
        var answer = RelyingParty.Parameters(spoken);
        using var pushed = await client.Authorize(await client.Push(client.Request()));

        Assert.Equal("invalid_request", answer["error"]);
        Assert.Equal("a b&c=d", answer["state"]);
        Assert.DoesNotContain("code", answer);
        // Contract http.md §5: the form to log in, by 401.
        Assert.Equal(HttpStatusCode.Unauthorized, pushed.StatusCode);
    }

    [Fact]
    [Trait("Attack", "32")]
    public async Task a_pushed_request_is_its_clients_alone()
    {
        using var client = await Shop(overRedis: false);
        var reference = await client.Push(client.Request());

        using var stolen = await client.Authorize(new(reference) { ["client_id"] = RelyingParty.Spa });
        using var guessed = await client.Authorize(new(reference) { ["request_uri"] = reference["request_uri"][..^4] + "AAAA" });
        using var cut = await client.Authorize(new(reference) { ["request_uri"] = reference["request_uri"][..^4] });

        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
        Assert.Null(stolen.Headers.Location);
        Assert.Equal(HttpStatusCode.BadRequest, guessed.StatusCode);
        Assert.Contains("invalid_request_uri", await guessed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("invalid_request_uri", await cut.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(await guessed.Content.ReadAsStringAsync(), await stolen.Content.ReadAsStringAsync());
    }

    [Fact]
    [Trait("Attack", "31")]
    [Trait("Attack", "32")]
    public async Task what_the_browser_adds_to_a_pushed_request_changes_nothing()
    {
        using var client = await Shop(overRedis: false);
        var reference = await client.Push(client.Request());

        var answer = await client.Answer(new(reference) { ["state"] = "evil", ["redirect_uri"] = "https://evil.test/", ["scope"] = "openid" });

        Assert.Equal("a b&c=d", answer["state"]);
    }

    [Fact]
    public async Task the_answer_names_the_request_and_its_life()
    {
        using var client = await Shop(overRedis: false);

        var (status, body, response) = await client.Post("/oauth/par", client.Request());

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Matches("^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$", body.GetProperty("request_uri").GetString());
        Assert.Equal(540, body.GetProperty("expires_in").GetInt32());
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("PROPFIND")]
    public async Task whatever_is_no_post_is_a_method_not_allowed(string method)
    {
        using var client = new HttpClient { BaseAddress = (await worlds.Embedded).Server.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), "/oauth/par?client_id=" + RelyingParty.Web);
        request.Headers.Host = "id.shop.test";

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        if (method != "HEAD")
        {
            Assert.Equal("invalid_request", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString());
        }
    }

    [Theory]
    [InlineData("redirect_uri", "https://evil.test/callback", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("client_id", "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02", "invalid_request")]
    [InlineData("resource", "https://api.test", "invalid_target")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [Trait("Attack", "14")]
    [Trait("Attack", "32")]
    public async Task what_is_wrong_with_a_pushed_request_is_told_at_once(string parameter, string value, string error)
    {
        using var client = await Shop(overRedis: false);

        var (status, body, _) = await client.Post("/oauth/par", new(client.Request()) { [parameter] = value });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(error, body.GetProperty("error").GetString());
    }

    [Fact]
    [Trait("Attack", "27")]
    public async Task a_client_that_does_not_prove_itself_pushes_nothing()
    {
        using var client = await Shop(overRedis: false);

        var (status, body, response) = await client.Post("/oauth/par", client.Request(), proven: false);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("invalid_client", body.GetProperty("error").GetString());
        Assert.NotEmpty(response.Headers.WwwAuthenticate);
    }

    private async Task<RelyingParty> Shop(bool overRedis) =>
        new(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
}
