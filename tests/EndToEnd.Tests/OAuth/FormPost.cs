using System.Net;
using Microsoft.Playwright;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>OAuth 2.0 Form Post Response Mode: the page that takes the answer to the client, by itself and by a click.</summary>
public sealed class FormPost(Worlds worlds, FormPost.Door door) : IClassFixture<FormPost.Door>
{
    [Fact]
    public async Task the_answer_is_a_form_nobody_keeps()
    {
        using var client = await Shop();

        using var page = await client.Arrive(new(client.Request()) { ["response_mode"] = "form_post" });
        var fields = await RelyingParty.Fields(page);
        var html = await page.Content.ReadAsStringAsync();
        var (status, _, _) = await client.Exchange(fields["code"]);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(["code", "state", "iss"], fields.Keys);
        Assert.Equal("a b&c=d", fields["state"]);
        Assert.Contains($"action=\"{RelyingParty.Callback}\" method=\"post\"", html, StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.NoStore);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https://app.shop.test", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData("state", "\"><script>alert(1)</script>")]
    [InlineData("state", "'\" autofocus onfocus=alert(1) x='")]
    [InlineData("ui_locales", "\"><script>alert(1)</script>")]
    [InlineData("login_hint", "\"><script>alert(1)</script>")]
    [Trait("Attack", "34")]
    public async Task no_parameter_comes_out_as_markup(string parameter, string value)
    {
        using var client = await Shop();

        using var login = await client.Authorize(new(client.Request()) { ["response_mode"] = "form_post", [parameter] = value });
        using var refused = await client.Authorize(new(client.Request()) { ["response_mode"] = "form_post", ["prompt"] = "none", [parameter] = value });

        foreach (var page in new[] { login, refused })
        {
            var html = await page.Content.ReadAsStringAsync();
            Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
            Assert.DoesNotContain("\" autofocus onfocus", html, StringComparison.Ordinal);
        }

        Assert.Equal("login_required", (await RelyingParty.Fields(refused))["error"]);
    }

    /// <summary>Every parameter of a request that we know, and one that nobody knows.</summary>
    public static TheoryData<string> EveryParameter =>
    [
        "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "display", "prompt", "max_age", "ui_locales", "claims_locales", "id_token_hint", "login_hint",
        "acr_values", "claims", "resource", "request", "request_uri", "registration", "dpop_jkt", "audience", "unknown",
    ];

    [Theory, MemberData(nameof(EveryParameter))]
    [Trait("Attack", "34")]
    public async Task whatever_parameter_carries_markup_no_page_shows_it_as_such(string parameter)
    {
        const string Markup = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";
        using var stranger = await Shop();
        using var known = await Shop();
        await known.Answer(known.Request());

        foreach (var client in new[] { stranger, known })
        {
            using var answer = await client.Authorize(new(client.Request()) { ["response_mode"] = "form_post", [parameter] = Markup });
            var html = await answer.Content.ReadAsStringAsync();

            // Every answer is a page here: the form for the client, the login, or what is wrong.
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain("<script>alert", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img src=x", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("onerror='", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("unsafe-inline", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }

        // What has to come back comes back to the letter.
        using var last = await known.Authorize(new(known.Request()) { ["response_mode"] = "form_post", ["state"] = Markup });
        Assert.Equal(Markup, (await RelyingParty.Fields(last))["state"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_real_browser_takes_the_answer_to_the_client(bool withScripts)
    {
        Assert.SkipWhen(Chromium.IsMissing, "chromium is not installed");
        using var client = await Shop();
        var world = await worlds.Embedded;
        using var answer = await client.Arrive(new(client.Request()) { ["response_mode"] = "form_post" });
        var html = await answer.Content.ReadAsStringAsync();
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var posted = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var person = await door.Browser.NewPerson(change: options => options.JavaScriptEnabled = withScripts);
        var page = await person.NewPageAsync();

        // The page as it was answered, under its own address; what it links to comes from the server.
        await page.RouteAsync("https://id.shop.test/**", async route => await (new Uri(route.Request.Url).AbsolutePath == "/authorize"
            ? route.FulfillAsync(new() { Status = 200, ContentType = "text/html; charset=utf-8", Body = html, Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = policy, ["Content-Type"] = "text/html; charset=utf-8" } })
            : Asset(world, route)));
        await page.RouteAsync("https://app.shop.test/**", async route =>
        {
            posted.TrySetResult($"{route.Request.Method} {new Uri(route.Request.Url).AbsolutePath} {route.Request.PostData}");
            await route.FulfillAsync(new() { Status = 200, ContentType = "text/html", Body = "<p id=landed>landed</p>" });
        });
        await page.GotoAsync("https://id.shop.test/authorize", new() { WaitUntil = WaitUntilState.Commit });
        if (!withScripts)
        {
            await page.Locator("button#continueButton").ClickAsync();
        }

        await Assertions.Expect(page.Locator("#landed")).ToBeVisibleAsync();
        var (fields, told) = (await RelyingParty.Fields(answer), await posted.Task);
        Assert.StartsWith("POST /callback code=" + fields["code"], told, StringComparison.Ordinal);
        Assert.Contains("state=a+b%26c%3Dd", told, StringComparison.Ordinal);
    }

    private static async Task Asset(World world, IRoute route)
    {
        using var server = new HttpClient { BaseAddress = world.Server.Address };
        using var asset = await server.GetAsync(new Uri(route.Request.Url).PathAndQuery);
        await route.FulfillAsync(new() { Status = (int)asset.StatusCode, ContentType = asset.Content.Headers.ContentType?.ToString(), BodyBytes = await asset.Content.ReadAsByteArrayAsync() });
    }

    private async Task<RelyingParty> Shop() => new(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);

    /// <summary>A browser for the tests of this class.</summary>
    public sealed class Door : IAsyncLifetime
    {
        /// <summary>The browser.</summary>
        public Chromium Browser { get; } = new("127.0.0.1");

        /// <inheritdoc />
        public ValueTask InitializeAsync() => Browser.InitializeAsync();

        /// <inheritdoc />
        public ValueTask DisposeAsync() => Browser.DisposeAsync();
    }
}
