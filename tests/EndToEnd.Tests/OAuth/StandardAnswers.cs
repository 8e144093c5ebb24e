using System.Net;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What the standards want of every answer: its status, its code, and the headers beside them, against a running server.</summary>
public sealed class StandardAnswers(Worlds worlds)
{
    private const string Nobody = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1aff";

    private static readonly string[] _forClients = ["/token", "/revoke", "/introspect", "/oauth/introspect", "/oauth/device_authorization", "/oauth/par"];

    public static TheoryData<string> ForClients => [.. _forClients];

    /// <summary>Endpoint, and the proof in the form beside the one in the header.</summary>
    public static TheoryData<string, string> SecondProofs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var path in _forClients)
            {
                data.Add(path, "client_secret");
                data.Add(path, "client_assertion");
            }

            return data;
        }
    }

    [Theory]
    [InlineData("/revoke")]
    [InlineData("/introspect")]
    [InlineData("/oauth/introspect")]
    [Trait("Standard", "RFC 7009")]
    [Trait("Standard", "RFC 7662")]
    public async Task who_names_no_token_is_told_that_one_is_missing(string path)
    {
        using var client = await Shop();

        var (status, error, _) = await client.Post(path, new() { ["token_type_hint"] = "access_token" });
        var (empty, same, _) = await client.Post(path, new() { ["token"] = "" });

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (status, Text(error, "error")));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (empty, Text(same, "error")));
    }

    [Theory, MemberData(nameof(ForClients))]
    [Trait("Standard", "RFC 6749")]
    public async Task a_client_that_did_not_prove_itself_is_told_how_it_could_have(string path)
    {
        using var byHeader = new RelyingParty(await worlds.Embedded, "id.shop.test", Nobody, "wrong");
        using var byForm = new RelyingParty(await worlds.Embedded, "id.shop.test", Nobody, null);

        foreach (var client in new[] { byHeader, byForm })
        {
            var (status, error, answer) = await client.Post(path, Everything(client));

            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, Text(error, "error")));
            Assert.StartsWith("Basic realm=\"", Assert.Single(answer.Headers.GetValues("WWW-Authenticate")), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(SecondProofs))]
    [Trait("Standard", "RFC 6749")]
    [Trait("Attack", "27")]
    public async Task two_proofs_of_a_client_at_once_are_none(string path, string second)
    {
        using var client = await Shop();

        var (status, error, _) = await client.Post(path, new(Everything(client)) { [second] = RelyingParty.Secret });

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (status, Text(error, "error")));
        Assert.Contains("one method at a time", Text(error, "error_description"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Standard", "RFC 6749")]
    public async Task nobody_keeps_tokens_and_refusals_on_the_way()
    {
        using var client = await Shop();
        using var nobody = new RelyingParty(await worlds.Embedded, "id.shop.test", Nobody, "wrong");

        var (issued, _, tokens) = await client.Post("/token", new() { ["grant_type"] = "client_credentials" });
        var (refused, _, refusal) = await client.Post("/token", new() { ["grant_type"] = "refresh_token", ["refresh_token"] = "rubbish" });
        var (unproven, _, challenge) = await nobody.Post("/token", new() { ["grant_type"] = "client_credentials" });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized), (issued, refused, unproven));
        Assert.All([tokens, refusal, challenge], static answer =>
        {
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
            Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
        });
    }

    [Fact]
    [Trait("Standard", "RFC 6750")]
    public async Task a_token_in_two_places_opens_nothing()
    {
        var token = await Token();

        var (inForm, _, _) = await UserInfo(HttpMethod.Post, "/userinfo", null, token);
        var (inHeader, _, _) = await UserInfo(HttpMethod.Post, "/userinfo", token, null);
        var (inBoth, error, challenge) = await UserInfo(HttpMethod.Post, "/userinfo", token, token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (inForm, inHeader));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (inBoth, Text(error, "error")));
        Assert.Contains("error=\"invalid_request\"", challenge, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/userinfo")]
    [InlineData("/token/info")]
    [Trait("Standard", "RFC 6750")]
    public async Task a_challenge_names_what_is_wrong_with_a_token_and_nothing_where_there_was_none(string path)
    {
        var (bad, error, told) = await UserInfo(HttpMethod.Get, path, "rubbish", null);
        var (none, _, asked) = await UserInfo(HttpMethod.Get, path, null, null);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (bad, Text(error, "error")));
        Assert.StartsWith("Bearer realm=\"", told, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", told, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, none);
        Assert.StartsWith("Bearer realm=\"", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("error", asked, StringComparison.Ordinal);
    }

    /// <summary>A request every one of these endpoints reads as its own.</summary>
    private static Dictionary<string, string> Everything(RelyingParty client) => new(client.Request()) { ["grant_type"] = "client_credentials", ["token"] = "nothing" };

    /// <summary>Asks with a token in the header, in the form, in both or in none; the challenge is that of the scheme <c>Bearer</c>.</summary>
    private async Task<(HttpStatusCode Status, JsonElement Body, string Challenge)> UserInfo(HttpMethod method, string path, string? header, string? form)
    {
        using var client = new HttpClient { BaseAddress = (await worlds.Embedded).Server.Address };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Host = "id.shop.test";
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + header);
        }

        if (method == HttpMethod.Post)
        {
            request.Content = new FormUrlEncodedContent(form is null ? [] : new Dictionary<string, string> { ["access_token"] = form });
        }

        using var answer = await client.SendAsync(request);
        var challenges = answer.Headers.WwwAuthenticate.Where(static challenge => challenge.Scheme == "Bearer").Select(static challenge => challenge.ToString());
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()), challenges.SingleOrDefault() ?? "");
    }

    private async Task<string> Token()
    {
        using var client = await Shop();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        return Text(tokens, "access_token");
    }

    private static string Text(JsonElement body, string member) => body.GetProperty(member).GetString()!;

    private async Task<RelyingParty> Shop() => new(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
}
