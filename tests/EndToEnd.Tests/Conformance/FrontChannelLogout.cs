using System.Collections.Concurrent;
using Microsoft.Playwright;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>The page after a logout in a real browser: its own bytes and headers from a running server, the clients played by the test.</summary>
public sealed class FrontChannelLogout(Worlds worlds) : IAsyncLifetime
{
    private const string Bye = "https://app.shop.test/bye?state=s";

    private readonly Chromium _browser = new("127.0.0.1");

    public ValueTask InitializeAsync() => _browser.InitializeAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task the_client_is_loaded_in_a_frame_and_the_page_goes_on_by_itself(bool answers, bool scripts)
    {
        Assert.SkipWhen(Chromium.IsMissing, "chromium is not installed");
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Framed, RelyingParty.Secret);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        using var logout = await client.Get(
            $"/logout?id_token_hint={tokens.GetProperty("id_token").GetString()}&post_logout_redirect_uri={Uri.EscapeDataString("https://app.shop.test/bye")}&state=s");
        var body = await logout.Content.ReadAsStringAsync();
        var policy = logout.Headers.GetValues("Content-Security-Policy").Single();
        var frames = new ConcurrentQueue<string>();
        await using var person = await _browser.NewPerson(change: options => options.JavaScriptEnabled = scripts);
        var page = await person.NewPageAsync();
        await page.RouteAsync("https://id.shop.test/**", async route =>
        {
            var path = new Uri(route.Request.Url).PathAndQuery;
            if (path == "/logout")
            {
                await route.FulfillAsync(new() { Body = body, ContentType = "text/html", Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = policy, ["Content-Type"] = "text/html; charset=utf-8" } });
                return;
            }

            using var asset = await client.Get(path);
            await route.FulfillAsync(new() { Status = (int)asset.StatusCode, BodyBytes = await asset.Content.ReadAsByteArrayAsync(), ContentType = asset.Content.Headers.ContentType?.ToString() });
        });
        await page.RouteAsync("https://app.shop.test/**", async route =>
        {
            if (!route.Request.Url.Contains("/front", StringComparison.Ordinal))
            {
                await route.FulfillAsync(new() { Body = "<p id=bye>bye</p>", ContentType = "text/html" });
                return;
            }

            frames.Enqueue(route.Request.Url);
            if (answers)
            {
                await route.FulfillAsync(new() { Body = "<p>out</p>", ContentType = "text/html" });
            }
        });

        await page.GotoAsync("https://id.shop.test/logout", new() { WaitUntil = WaitUntilState.Commit });
        await Assertions.Expect(page.Locator("#bye")).ToBeVisibleAsync();

        Assert.Equal(Bye, page.Url);
        Assert.StartsWith($"https://app.shop.test/front?x=1&iss={Uri.EscapeDataString("https://id.shop.test")}&sid=", Assert.Single(frames), StringComparison.Ordinal);
    }
}
