using System.Diagnostics;
using System.Net;
using System.Text;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What an operator finds in the log about clients: one line for each request that was refused, and none for what did not happen (operations.md, Logs).</summary>
[Trait("Attack", "46")]
public sealed class OneLineEach(OneLineEach.OwnServer own) : IClassFixture<OneLineEach.OwnServer>
{
    private const string Stranger = "6b1a3f4c-9a3e-4d0e-8f7b-ffffffffffff";
    private const string EndOfTest = "Tokens issued: tenant=shop client=shop-web grant=client_credentials";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Endpoint, id and secret of the client, the form, and the one line.</summary>
    public static TheoryData<string, string, string, string, string> Refused
    {
        get
        {
            var cases = new TheoryData<string, string, string, string, string>();
            foreach (var path in new[] { "/introspect", "/oauth/introspect", "/revoke", "/oauth/par" })
            {
                cases.Add(path, RelyingParty.Web, "wrong", "token=x", $"Client refused: tenant=shop client=shop-web endpoint={path} error=invalid_client reason=ERROR.WRONG_CLIENT_SECRET remote=127.0.0.1");
                cases.Add(path, Stranger, "wrong", "token=x", $"Refused with 401 ERRORS.NO_CLIENT: POST {path}, tenant -, client -, host id.shop.test, remote 127.0.0.1: There is no such client.");
                cases.Add(path, "no-uuid", "wrong", "token=x", $"Refused with 401 ERRORS.NO_CLIENT: POST {path}, tenant -, client -, host id.shop.test, remote 127.0.0.1: There is no such client.");
            }

            cases.Add("/introspect", RelyingParty.Web, RelyingParty.Secret, "nothing=x", "Refused with 400 ERRORS.NOT_ACCEPTABLE_REQUEST: POST /introspect, tenant shop, client shop-web, host id.shop.test, remote 127.0.0.1: No String was found at 'token'");
            cases.Add("/token", RelyingParty.Web, "wrong", "grant_type=client_credentials", "Tokens refused: tenant=shop client=shop-web grant=client_credentials error=invalid_client reason=ERROR.WRONG_CLIENT_SECRET");
            cases.Add("/token", RelyingParty.Web, RelyingParty.Secret, "grant_type=refresh_token&refresh_token=x", "Tokens refused: tenant=shop client=shop-web grant=refresh_token error=invalid_grant reason=ERRORS.INVALID_TOKEN");
            cases.Add("/token", Stranger, "wrong", "grant_type=client_credentials", "Refused with 401 ERRORS.NO_CLIENT: POST /token, tenant -, client -, host id.shop.test, remote 127.0.0.1: There is no such client.");
            cases.Add("/token", "no-uuid", "wrong", "grant_type=client_credentials", "Refused with 401 ERRORS.NO_CLIENT: POST /token, tenant -, client -, host id.shop.test, remote 127.0.0.1: There is no such client.");
            cases.Add("/token", RelyingParty.Web, RelyingParty.Secret, "grant_type=magic", "Refused with 400 ERROR.UNSUPPORTED_GRANT_TYPE: POST /token, tenant shop, client shop-web, host id.shop.test, remote 127.0.0.1: The grant type is not supported.");
            cases.Add("/token", RelyingParty.Web, RelyingParty.Secret, "", "Refused with 400 ERRORS.NOT_ACCEPTABLE_REQUEST: POST /token, tenant shop, client shop-web, host id.shop.test, remote 127.0.0.1: No String was found at 'grant_type'");
            cases.Add("/userinfo", "", "", "access_token=x", "Refused with 401 ERRORS.INVALID_TOKEN: POST /userinfo, tenant -, client -, host id.shop.test, remote 127.0.0.1: The access token is malformed, expired or revoked.");
            return cases;
        }
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task every_refused_request_of_a_client_has_exactly_one_line(string path, string clientId, string secret, string form, string line)
    {
        var before = own.World.Server.Output.Length;

        using var answer = await Send(path, clientId, secret, form);

        Assert.InRange((int)answer.StatusCode, 400, 499);
        var told = Assert.Single(await LinesSince(before));
        Assert.True(told.Contains(line, StringComparison.Ordinal), told);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("6b1a3f4c.nothing")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")]
    [Trait("Standard", "RFC 7009")]
    public async Task what_was_no_token_leaves_no_record_of_a_revocation(string token)
    {
        var before = own.World.Server.Output.Length;

        using var answer = await Send("/revoke", RelyingParty.Web, RelyingParty.Secret, "token=" + token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await LinesSince(before));
    }

    [Theory]
    [InlineData("refresh_token")]
    [InlineData("access_token")]
    [Trait("Standard", "RFC 7009")]
    public async Task the_record_of_a_revocation_says_whose_token_it_was_and_comes_once(string kind)
    {
        using var shop = Shop();
        var (_, tokens, _) = await shop.Exchange((await shop.Answer(shop.Request()))["code"]);
        await LinesSince(own.World.Server.Output.Length);
        var before = own.World.Server.Output.Length;

        using var first = await Send("/revoke", RelyingParty.Web, RelyingParty.Secret, "token=" + Uri.EscapeDataString(tokens.GetProperty(kind).GetString()!));
        var told = Assert.Single(await LinesSince(before));
        await CodeFlow.Until(async () => (await shop.Ask("/userinfo", tokens.GetProperty("access_token").GetString())).Status == HttpStatusCode.Unauthorized);
        await LinesSince(own.World.Server.Output.Length);
        var again = own.World.Server.Output.Length;
        using var second = await Send("/revoke", RelyingParty.Web, RelyingParty.Secret, "token=" + Uri.EscapeDataString(tokens.GetProperty(kind).GetString()!));

        Assert.Matches($"Token revoked: tenant=shop client=shop-web type={kind} subject=[^ ]+ remote=127.0.0.1 sid=[^ ]+", told);
        Assert.Empty(await LinesSince(again));
    }

    [Theory]
    [InlineData("code")]
    [InlineData("refresh token")]
    [Trait("Attack", "13")]
    [Trait("Attack", "24")]
    public async Task what_is_used_a_second_time_is_told_with_what_that_ended(string what)
    {
        using var shop = Shop();
        var code = (await shop.Answer(shop.Request()))["code"];
        var (_, tokens, _) = await shop.Exchange(code);
        var first = tokens.GetProperty("refresh_token").GetString()!;
        if (what != "code")
        {
            // Two generations: outside every grace.
            var (_, next, _) = await shop.Refresh(first);
            await shop.Refresh(next.GetProperty("refresh_token").GetString()!);
        }

        await LinesSince(own.World.Server.Output.Length);
        var before = own.World.Server.Output.Length;
        var (status, _, _) = what == "code" ? await shop.Exchange(code) : await shop.Refresh(first);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var told = Assert.Single(await LinesSince(before));
        Assert.Contains("Tokens refused: tenant=shop client=shop-web grant=", told, StringComparison.Ordinal);
        Assert.Contains(what == "code" ? "The code was used before: everything it was exchanged for is revoked." : "A spent refresh token was used again: everything the grant gave is revoked.", told, StringComparison.Ordinal);
    }

    /// <summary>What is changed in a good request for a code, and the sentence for the operator.</summary>
    public static TheoryData<string, string?, string> Redirected => new()
    {
        { "code_challenge", null, "The code_challenge is missing." },
        { "response_type", "token", "Only the response_type code is supported." },
        { "response_mode", "fragment", "The response_mode is not supported." },
        { "max_age", "-1", "max_age is no number of seconds." },
        { "resource", "https://nobody.test", "The client may not ask for this resource." },
    };

    [Theory, MemberData(nameof(Redirected))]
    public async Task what_a_client_is_told_by_redirect_the_operator_reads_too(string name, string? value, string why)
    {
        using var shop = Shop();
        var request = shop.Request();
        request.Remove(name);
        if (value is not null)
        {
            request[name] = value;
        }

        var before = own.World.Server.Output.Length;
        using var answer = await shop.Authorize(request);

        Assert.True(RelyingParty.Parameters(answer).ContainsKey("error"));
        var told = Assert.Single(await LinesSince(before));
        Assert.Contains("GET /authorize, tenant shop, client shop-web, host id.shop.test", told, StringComparison.Ordinal);
        Assert.Contains(why, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task that_the_person_must_be_asked_is_no_refusal()
    {
        using var shop = Shop();
        var before = own.World.Server.Output.Length;

        using var answer = await shop.Authorize(new(shop.Request()) { ["prompt"] = "none" });

        Assert.Equal("login_required", RelyingParty.Parameters(answer)["error"]);
        Assert.Empty(await LinesSince(before));
    }

    [Fact]
    public async Task a_right_secret_by_the_wrong_method_is_not_called_wrong()
    {
        var before = own.World.Server.Output.Length;

        using var answer = await Send("/token", ProvenClients.Post, ProvenClients.Secret, "grant_type=client_credentials");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("client_secret_post", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("The secret is right, and the client must send it by client_secret_post.", Assert.Single(await LinesSince(before)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_body_that_is_too_long_is_told_with_its_endpoint()
    {
        var before = own.World.Server.Output.Length;

        using var answer = await Send("/introspect", RelyingParty.Web, RelyingParty.Secret, "token=" + new string('a', 20_000));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("POST /introspect,", Assert.Single(await LinesSince(before)), StringComparison.Ordinal);
    }

    private RelyingParty Shop() => new(own.World, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);

    private async Task<HttpResponseMessage> Send(string path, string clientId, string secret, string form)
    {
        using var client = new HttpClient { BaseAddress = own.World.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Host = "id.shop.test";
        if (clientId.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
        }

        request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        return await client.SendAsync(request);
    }

    /// <summary>What was told since then, up to a line that comes after all that was asked before; lines are written behind the answers.</summary>
    private async Task<List<string>> LinesSince(int before)
    {
        using var end = await Send("/token", RelyingParty.Web, RelyingParty.Secret, "grant_type=client_credentials");
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
        var waited = Stopwatch.StartNew();
        string log;
        while (!(log = own.World.Server.Output[before..]).Contains(EndOfTest, StringComparison.Ordinal))
        {
            Assert.True(waited.Elapsed < _patience, "The server did not write down that it issued tokens.");
            await Task.Delay(5);
        }

        return [.. log.Split('\n').TakeWhile(static line => !line.Contains(EndOfTest, StringComparison.Ordinal)).Where(IsOfRequest)];
    }

    private static bool IsOfRequest(string line) => line.Contains("\"AUDIT\"", StringComparison.Ordinal) || line.Contains(".RefusalLog\"", StringComparison.Ordinal);

    /// <summary>A server nobody else speaks to: its log is about these requests alone.</summary>
    public sealed class OwnServer : IAsyncLifetime
    {
        /// <summary>The server and its tenants.</summary>
        public World World { get; private set; } = null!;

        /// <inheritdoc />
        public async ValueTask InitializeAsync() => World = await World.Start(static (directory, settings) => AuthenticationServer.Embedded(directory, settings));

        /// <inheritdoc />
        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
