using System.Text.Json;
using Microsoft.Playwright;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>A television on one side of the room, a person with a browser on the other.</summary>
public sealed class DevicesInABrowser : IClassFixture<DevicesInABrowser.Door>
{
    private readonly Door _place;

    public DevicesInABrowser(Door place)
    {
        _place = place;
        Assert.SkipWhen(place.MissingPart is not null, place.MissingPart ?? "");
    }

    [Fact, Trait("Contract", "http 35"), Trait("Contract", "http 36"), Trait("Attack", "26")]
    public async Task a_person_types_the_code_logs_in_sees_who_asks_and_connects_the_device()
    {
        var started = await Devices.Start(_place.World, Devices.CheeseTelevision);
        await using var person = await _place.Browser.NewPerson();
        var page = await person.NewPageAsync();

        await page.GotoAsync(_place.Url("login.example.test", "/activate"));
        await page.Connect(Text(started, "user_code").Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant());
        await Assertions.Expect(page.Locator(".user-code")).ToHaveTextAsync(Text(started, "user_code"));
        await Assertions.Expect(page.Locator(".destination")).ToContainTextAsync("cheese-tv");
        await Assertions.Expect(page.Locator("ul.scopes li")).ToHaveCountAsync(3);
        Assert.Equal("authorization_pending", Text(await Poll(started), "error"));
        await page.Locator("#allowButton").ClickAsync();
        await Assertions.Expect(page.Locator("div.message[data-result=success]")).ToBeVisibleAsync();

        // No login cookie comes from this page (contract http.md §7.2).
        Assert.DoesNotContain(await person.CookiesAsync(), static cookie => cookie.Name.StartsWith("uitsmijter-sso", StringComparison.Ordinal));
        Assert.Equal("Bearer", Text(await Wait(started), "token_type"));
    }

    [Fact, Trait("Contract", "http 35"), Trait("Attack", "39")]
    public async Task a_person_who_is_logged_in_only_answers_and_may_decline()
    {
        var started = await Devices.Start(_place.World, Devices.CheeseTelevision);
        await using var person = await _place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await page.GotoAsync(_place.Url("cookbooks.example.test", "/"));
        await page.LogIn("ada@example.com", "correct horse");

        await page.GotoAsync(_place.Url("login.example.test", $"/activate?user_code={Text(started, "user_code")}"));
        await Assertions.Expect(page.Locator("#password")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#user_code")).ToHaveValueAsync(Text(started, "user_code"));
        await page.Locator("#activateButton").ClickAsync();
        await page.Locator("#denyButton").ClickAsync();

        await Assertions.Expect(page.Locator("div.message[data-result=denied]")).ToBeVisibleAsync();
        Assert.Equal("access_denied", Text(await Poll(started), "error"));
    }

    [Fact]
    public async Task every_new_page_can_be_looked_at()
    {
        var folder = Environment.GetEnvironmentVariable("UITSMIJTER_SCREENSHOTS");
        Assert.SkipWhen(folder is null, "UITSMIJTER_SCREENSHOTS names no folder");
        foreach (var (colours, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 320), (ColorScheme.Dark, 320) })
        {
            foreach (var name in (string[])["login", "device", "device-refused", "device-question", "device-connected", "device-denied", "consent", "form-post", "question", "logged-out"])
            {
                await using var person = await _place.Browser.NewPerson(change: options => (options.ColorScheme, options.ViewportSize) = (colours, new() { Width = width, Height = 900 }));
                var page = await person.NewPageAsync();
                await _place.Open(page, name);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder!, $"{name}-{colours}-{width}.png"), FullPage = true });
            }
        }
    }

    /// <summary>Asks as a device does: once per interval, and more slowly from then on when it is told so.</summary>
    private async Task<JsonElement> Wait(JsonElement started)
    {
        var interval = started.GetProperty("interval").GetInt32();
        for (var polls = 0; polls < 6; polls++)
        {
            await Task.Delay(TimeSpan.FromSeconds(interval));
            var answer = await Poll(started);
            if (!answer.TryGetProperty("error", out var error))
            {
                return answer;
            }

            Assert.Equal("slow_down", error.GetString());
            interval += 5;
        }

        throw new TimeoutException("The device was told to slow down every time.");
    }

    private async Task<JsonElement> Poll(JsonElement started)
    {
        using var device = new RelyingParty(_place.World, "id.shop.test", Devices.CheeseTelevision, null);
        return (await device.Post("/token", new() { ["grant_type"] = Devices.Urn, ["device_code"] = Text(started, "device_code") })).Body;
    }

    private static string Text(JsonElement body, string member) => body.GetProperty(member).GetString()!;

    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "traefik", "127.0.0.17", overRedis: false);
}
