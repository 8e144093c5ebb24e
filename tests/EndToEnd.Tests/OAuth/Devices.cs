using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Devices that cannot show a login page (RFC 8628), against a running server: a device over plain HTTP and a person with a browser.</summary>
[Trait("Standard", "RFC 8628")]
public sealed partial class Devices(Worlds worlds)
{
    public const string Television = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a11";
    public const string Printer = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a12";
    /// <summary>A device whose codes live for a second.</summary>
    public const string Brief = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a1b";

    public const string CheeseTelevision = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a13";
    public const string Urn = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>The host of the tenant, and a person of it.</summary>
    internal const string Host = "id.shop.test";
    internal const string Name = "ada@example.com";
    internal const string Password = "correct horse";

    public static TheoryData<bool> Both => [false, true];

    [Fact]
    [Trait("Contract", "http 33")]
    public async Task a_device_gets_two_codes_and_the_address_to_show()
    {
        using var device = await Device(Printer, RelyingParty.Secret);

        var (status, started, response) = await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid profile admin" });

        // Item 33 says 32 characters of 62; design §4 says 256 bits, base64url.
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", Text(started, "device_code"));
        Assert.Matches("^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$", Text(started, "user_code"));
        Assert.EndsWith("://id.shop.test/activate", Text(started, "verification_uri"), StringComparison.Ordinal);
        Assert.Equal($"{Text(started, "verification_uri")}?user_code={Text(started, "user_code")}", Text(started, "verification_uri_complete"));
        Assert.Equal(600, started.GetProperty("expires_in").GetInt32());
        Assert.Equal(1, started.GetProperty("interval").GetInt32());
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    [Trait("Contract", "http 34")]
    [Trait("Attack", "25")]
    public async Task who_may_not_start_a_device_is_told_so()
    {
        using var nobody = await Device("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1aff", null);
        using var web = await Device(RelyingParty.Web, RelyingParty.Secret);
        using var printer = await Device(Printer, RelyingParty.Secret);

        var (unknown, _, _) = await nobody.Post("/oauth/device_authorization", []);
        var (without, error, _) = await web.Post("/oauth/device_authorization", []);
        var (unproven, _, _) = await printer.Post("/oauth/device_authorization", [], proven: false);
        var (resource, target, _) = await printer.Post("/oauth/device_authorization", new() { ["resource"] = "https://api.test" });

        // Item 34 says 404 for an unknown client; RFC 8628 §3.2 answers as RFC 6749 §5.2 does (design §4).
        Assert.Equal(HttpStatusCode.Unauthorized, unknown);
        Assert.Equal(HttpStatusCode.BadRequest, without);
        Assert.Equal(("unauthorized_client", "ERRORS.DEVICE_GRANT_NOT_CONFIGURED"), (Text(error, "error"), Text(error, "reason")));
        Assert.Equal(HttpStatusCode.Unauthorized, unproven);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_target"), (resource, Text(target, "error")));
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Contract", "http 36")]
    [Trait("Contract", "http 37")]
    public async Task code_and_password_in_one_request_connect_as_they_always_did(bool overRedis)
    {
        using var device = await Device(Television, null, overRedis);
        var (_, started, _) = await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid profile" });
        using var person = new Visitor((await World(overRedis)).Server.Address);
        var typed = Text(started, "user_code").Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

        var (missing, noCode) = await Activate(person, []);
        var (unknown, wrong) = await Activate(person, new() { ["user_code"] = "AAAA-AAAA", ["username"] = Name, ["password"] = Password });
        var (nobody, credentials) = await Activate(person, new() { ["user_code"] = typed });
        var (refused, password) = await Activate(person, new() { ["user_code"] = typed, ["username"] = $"{Guid.NewGuid():N}@example.com", ["password"] = "wrong" });
        var (done, page) = await Activate(person, new() { ["user_code"] = typed, ["username"] = Name, ["password"] = Password });
        var (again, used) = await Activate(person, new() { ["user_code"] = typed, ["username"] = Name, ["password"] = Password });
        var (status, tokens) = await Poll(device, Text(started, "device_code"), "device_code");

        Assert.Equal((HttpStatusCode.BadRequest, "ACTIVATE.ERRORS.MISSING_CODE"), (missing, ErrorOf(noCode)));
        Assert.Equal((HttpStatusCode.BadRequest, "ACTIVATE.ERRORS.INVALID_CODE"), (unknown, ErrorOf(wrong)));
        Assert.Equal((HttpStatusCode.BadRequest, "ACTIVATE.ERRORS.CREDENTIALS_REQUIRED"), (nobody, ErrorOf(credentials)));
        Assert.Equal((HttpStatusCode.Forbidden, "LOGIN.ERRORS.WRONG_CREDENTIALS"), (refused, ErrorOf(password)));
        Assert.Equal(HttpStatusCode.OK, done);
        Assert.Contains("""class="message" data-result="success" """.TrimEnd(), page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "ACTIVATE.ERRORS.CODE_ALREADY_USED"), (again, ErrorOf(used)));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Bearer", Text(tokens, "token_type"));
        Assert.Equal(7200, tokens.GetProperty("expires_in").GetInt32());
        Assert.Equal("openid profile", Text(tokens, "scope"));
        var access = await CodeFlow.Verify(device, Text(tokens, "access_token"), Television);
        Assert.Equal("subject-of-ada@example.com", access.Subject);
        Assert.Equal(HttpStatusCode.OK, (await device.Refresh(Text(tokens, "refresh_token"))).Status);
        var (reuse, error) = await Poll(device, Text(started, "device_code"), "device_code");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (reuse, Text(error, "error")));
    }

    [Fact]
    [Trait("Contract", "http 35")]
    [Trait("Attack", "26")]
    [Trait("Attack", "39")]
    public async Task showing_the_page_to_a_person_who_is_logged_in_connects_nothing()
    {
        // Upstream connected by GET (W37); here a click on a button that names the client does.
        using var device = await Device(Printer, RelyingParty.Secret);
        using var browser = new RelyingParty(await worlds.Embedded, Host, RelyingParty.Web, RelyingParty.Secret);
        await browser.Answer(browser.Request());
        var (_, started, _) = await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid" });

        using var page = await browser.Get($"/activate?user_code={Text(started, "user_code")}");
        var html = await page.Content.ReadAsStringAsync();
        var (_, pending) = await Poll(device, Text(started, "device_code"));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("action=\"/activate\"", html, StringComparison.Ordinal);
        Assert.Contains($"value=\"{Text(started, "user_code")}\"", html, StringComparison.Ordinal);
        Assert.Contains("DENY", page.Headers.GetValues("X-Frame-Options"));
        Assert.Equal("authorization_pending", Text(pending, "error"));
    }

    [Fact]
    [Trait("Attack", "26")]
    [Trait("Attack", "39")]
    public async Task an_answer_without_the_forms_seal_or_of_another_browser_or_site_connects_nothing()
    {
        using var device = await Device(Printer, RelyingParty.Secret);
        var (_, started, _) = await device.Post("/oauth/device_authorization", []);
        var world = await worlds.Embedded;
        using var person = new Visitor(world.Server.Address);
        using var other = new Visitor(world.Server.Address);
        var question = await Question(person, Text(started, "user_code"));
        Dictionary<string, string> answer = new() { ["answer"] = "allow", ["ticket"] = TicketOf(question), ["user_code"] = Text(started, "user_code") };

        var (bare, _) = await Activate(person, new(answer) { ["ticket"] = "" });
        var (forged, _) = await Activate(person, new(answer) { ["ticket"] = answer["ticket"][..^4] + "AAAA" });
        var (foreign, _) = await Activate(other, answer);
        var (crossSite, _) = await Activate(person, answer, new() { ["Sec-Fetch-Site"] = "cross-site" });
        var (_, pending) = await Poll(device, Text(started, "device_code"));
        var (done, _) = await Activate(person, answer);
        var (twice, _) = await Activate(person, answer);

        Assert.Equal(HttpStatusCode.Forbidden, bare);
        Assert.Equal(HttpStatusCode.Forbidden, forged);
        Assert.Equal(HttpStatusCode.Forbidden, foreign);
        Assert.Equal(HttpStatusCode.Forbidden, crossSite);
        Assert.Equal("authorization_pending", Text(pending, "error"));
        Assert.Equal(HttpStatusCode.OK, done);
        Assert.Equal(HttpStatusCode.BadRequest, twice);
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task a_person_who_declines_leaves_nothing_behind()
    {
        using var device = await Device(Printer, RelyingParty.Secret);
        var (_, started, _) = await device.Post("/oauth/device_authorization", []);
        using var person = new Visitor((await worlds.Embedded).Server.Address);
        var question = await Question(person, Text(started, "user_code"));

        var (waiting, pending) = await Poll(device, Text(started, "device_code"), Urn);
        var (status, page) = await Activate(person, new() { ["answer"] = "deny", ["ticket"] = TicketOf(question) });
        var (refused, denied) = await Poll(device, Text(started, "device_code"), Urn);

        Assert.Equal((HttpStatusCode.BadRequest, "authorization_pending"), (waiting, Text(pending, "error")));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("data-result=\"denied\"", page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "access_denied"), (refused, Text(denied, "error")));
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task a_person_who_has_no_access_connects_no_device()
    {
        using var device = await Device(Printer, RelyingParty.Secret);
        var (_, started, _) = await device.Post("/oauth/device_authorization", []);
        var code = Text(started, "user_code");
        using var stranger = new RelyingParty(await worlds.Embedded, "id.old.test", RelyingParty.Old, RelyingParty.Secret);
        await stranger.Answer(stranger.Request("openid"));
        using var foreign = new Visitor((await worlds.Embedded).Server.Address);
        using var refused = new Visitor((await worlds.Embedded).Server.Address);

        // Logged in, but at another tenant: the cookie is no login here, and saying yes with it says nothing.
        var (yes, _) = await Activate(foreign, new() { ["answer"] = "allow", ["user_code"] = code, ["ticket"] = "" }, new() { ["Cookie"] = stranger.LoginCookie });
        var (bare, _) = await Activate(foreign, new() { ["user_code"] = code }, new() { ["Cookie"] = stranger.LoginCookie });

        // The right password, and a script that does not let this person in.
        var (denied, page) = await Activate(refused, new() { ["user_code"] = code, ["username"] = $"{Guid.NewGuid():N}@example.org", ["password"] = Password });
        var (_, pending) = await Poll(device, Text(started, "device_code"));

        Assert.Equal(HttpStatusCode.Forbidden, yes);
        Assert.Equal(HttpStatusCode.BadRequest, bare);
        Assert.Equal((HttpStatusCode.Forbidden, "LOGIN.ERRORS.WRONG_CREDENTIALS"), (denied, ErrorOf(page)));
        Assert.Equal("authorization_pending", Text(pending, "error"));
    }

    [Fact]
    public async Task a_device_that_asks_too_often_is_told_so_by_a_bad_request()
    {
        using var device = await Device(Television, null);
        var (_, started, _) = await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid" });
        var statuses = new List<HttpStatusCode>();

        await CodeFlow.Until(async () =>
        {
            var (status, body) = await Poll(device, Text(started, "device_code"));
            statuses.Add(status);
            return Text(body, "error") == "slow_down";
        });

        Assert.All(statuses, static status => Assert.Equal(HttpStatusCode.BadRequest, status));
    }

    [Fact]
    public async Task a_device_that_waited_too_long_is_told_that_its_code_has_expired()
    {
        using var device = await Device(Brief, null);
        var (_, started, _) = await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid" });

        await CodeFlow.Until(async () => Text((await Poll(device, Text(started, "device_code"))).Body, "error") is not ("authorization_pending" or "slow_down"));
        var (status, error) = await Poll(device, Text(started, "device_code"));
        using var person = new Visitor((await worlds.Embedded).Server.Address);
        var (late, page) = await Activate(person, new() { ["user_code"] = Text(started, "user_code"), ["username"] = Name, ["password"] = Password });

        Assert.Equal((HttpStatusCode.BadRequest, "expired_token"), (status, Text(error, "error")));
        Assert.Equal((HttpStatusCode.BadRequest, "ACTIVATE.ERRORS.INVALID_CODE"), (late, ErrorOf(page)));
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task guessing_user_codes_ends_after_twenty_for_a_network()
    {
        using var guesser = new Visitor((await worlds.Embedded).Server.Address);
        var statuses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 22; guess++)
        {
            using var answer = await guesser.Send(HttpMethod.Post, "/activate", Host, Proxied(new() { ["X-Forwarded-For"] = "203.0.113.77" }),
                new FormUrlEncodedContent(new Dictionary<string, string> { ["user_code"] = $"GUES-{guess + 1000}" }));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.BadRequest, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task starting_devices_of_a_public_client_without_end_stops_for_its_network_alone()
    {
        using var flood = new Visitor((await worlds.Embedded).Server.Address);
        async Task<HttpResponseMessage> Start(string network) => await flood.Send(
            HttpMethod.Post, "/oauth/device_authorization", Host, Proxied(new() { ["X-Forwarded-For"] = network }), new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = Television }));
        var statuses = new List<HttpStatusCode>();
        // One is forgiven every five seconds, however slowly this machine sends them.
        for (var start = 0; start < 400 && !statuses.Contains(HttpStatusCode.TooManyRequests); start++)
        {
            using var answer = await Start("203.0.113.78");
            statuses.Add(answer.StatusCode);
        }

        using var refused = await Start("203.0.113.78");
        using var other = await Start("203.0.113.79");

        Assert.All(statuses.Take(60), static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("temporarily_unavailable", Text(JsonSerializer.Deserialize<JsonElement>(await refused.Content.ReadAsStringAsync()), "error"));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("grant_type=device_code&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a11", "invalid_request")]
    [InlineData("grant_type=device_code&device_code=x&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a11", "invalid_grant")]
    [InlineData("grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a11", "invalid_grant")]
    [InlineData("grant_type=device_code&device_code=x&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02", "unauthorized_client")]
    [Trait("Contract", "http 37")]
    public async Task a_wrong_poll_gets_a_clean_standard_answer(string body, string error)
    {
        using var client = new HttpClient { BaseAddress = (await worlds.Embedded).Server.Address };
        using var content = new StringContent(body, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");

        using var answer = await client.PostAsync("/token", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(error, Text(JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()), "error"));
    }

    [Fact]
    [Trait("Contract", "http 53")]
    public async Task metadata_names_the_endpoint_only_where_a_client_uses_it()
    {
        using var shop = await Device(Television, null);
        using var old = new RelyingParty(await worlds.Embedded, "id.old.test", RelyingParty.Old, RelyingParty.Secret);

        var (_, with) = await shop.Ask("/.well-known/openid-configuration", null);
        var (_, without) = await old.Ask("/.well-known/openid-configuration", null);

        Assert.Equal("https://id.shop.test/oauth/device_authorization", Text(with, "device_authorization_endpoint"));
        Assert.Contains(with.GetProperty("grant_types_supported").EnumerateArray(), static name => name.GetString() == Urn);
        Assert.False(without.TryGetProperty("device_authorization_endpoint", out _));
        Assert.DoesNotContain(without.GetProperty("grant_types_supported").EnumerateArray(), static name => name.GetString() == Urn);
    }

    /// <summary>Starts a public client's device, on whatever host: the tenant is the client's.</summary>
    internal static async Task<JsonElement> Start(World world, string client)
    {
        using var device = new RelyingParty(world, Host, client, null);
        return (await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid profile orders:read" })).Body;
    }

    /// <summary>The question after code and password were typed into our form.</summary>
    private static async Task<string> Question(Visitor person, string code)
    {
        using var form = await person.Send(HttpMethod.Get, "/activate", Host, Proxied([]));
        var (status, question) = await Activate(person, new()
        {
            ["ticket"] = TicketOf(await form.Content.ReadAsStringAsync()),
            ["user_code"] = code,
            ["username"] = Name,
            ["password"] = Password,
        });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("shop-printer", question, StringComparison.Ordinal);
        return question;
    }

    /// <summary>Posts a form to the page for codes.</summary>
    internal static async Task<(HttpStatusCode Status, string Page)> Activate(Visitor person, Dictionary<string, string> fields, Dictionary<string, string?>? headers = null)
    {
        using var answer = await person.Send(HttpMethod.Post, "/activate", Host, Proxied(headers ?? []), new FormUrlEncodedContent(fields));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Poll(RelyingParty device, string code, string name = Urn)
    {
        var (status, body, _) = await device.Post("/token", new() { ["grant_type"] = name, ["device_code"] = code });
        return (status, body);
    }

    private static Dictionary<string, string?> Proxied(Dictionary<string, string?> more) =>
        new(more) { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = Host, ["Accept"] = "text/html" };

    private static string Text(JsonElement body, string member) => body.GetProperty(member).GetString()!;

    private static string? ErrorOf(string page) => Error().Match(page) is { Success: true } match ? match.Groups[1].Value : null;

    private static string TicketOf(string page) => WebUtility.HtmlDecode(Ticket().Match(page).Groups[1].Value);

    private Task<World> World(bool overRedis) => overRedis ? worlds.OverRedis : worlds.Embedded;

    private async Task<RelyingParty> Device(string client, string? secret, bool overRedis = false) => new(await World(overRedis), Host, client, secret);

    [GeneratedRegex("data-error=\"([^\"]*)\"")]
    private static partial Regex Error();

    [GeneratedRegex("name=\"ticket\" value=\"([^\"]*)\"")]
    private static partial Regex Ticket();
}
