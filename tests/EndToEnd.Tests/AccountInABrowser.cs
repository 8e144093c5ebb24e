using Microsoft.Playwright;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Two browsers of one person: what one sees and ends, the other feels.</summary>
[Trait("Standard", "ASVS 7.5.2")]
public abstract class AccountInABrowser
{
    private const string LoginHost = "login.example.test";
    private readonly Place _place;

    /// <summary>A person at a place.</summary>
    protected AccountInABrowser(Place place)
    {
        _place = place;
        Assert.SkipWhen(place.MissingPart is not null, place.MissingPart ?? "");
    }

    [Fact, Trait("Attack", "19")]
    public async Task a_person_with_two_browsers_ends_the_session_of_the_other_one()
    {
        var name = NewPerson();
        await using var home = await _place.Browser.NewPerson();
        await using var away = await _place.Browser.NewPerson(change: static options => options.UserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1");
        var (mine, theirs) = (await LogIn(home, name), await LogIn(away, name));

        await mine.GotoAsync(_place.Url(LoginHost, "/account"));
        var rows = mine.Locator("ul.opened").First.Locator("li");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(rows.First.Locator(".mark")).ToBeVisibleAsync();
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("Safari · iPhone");
        await rows.Nth(1).GetByRole(AriaRole.Button).ClickAsync();

        await Assertions.Expect(mine.Locator("[data-result=session]")).ToBeVisibleAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await IsLoggedOut(theirs);
        await mine.GotoAsync(_place.Url("cookbooks.example.test", "/still-here"));
        await Assertions.Expect(mine.Locator("#target")).ToHaveTextAsync("/still-here");
    }

    [Fact, Trait("Attack", "19"), Trait("Standard", "ASVS 7.4.2")]
    public async Task signing_out_everywhere_is_felt_in_every_browser_and_works_without_scripts()
    {
        var name = NewPerson();
        await using var home = await _place.Browser.NewPerson("de-DE", static options => options.JavaScriptEnabled = false);
        await using var away = await _place.Browser.NewPerson();
        var theirs = await LogIn(away, name);
        var mine = await home.NewPageAsync();
        await mine.GotoAsync(_place.Url("cookbooks.example.test", "/"));
        await mine.Locator("#username").FillAsync(name);
        await mine.Locator("#password").FillAsync("correct horse");
        await mine.Locator("#loginButton").ClickAsync();
        await Assertions.Expect(mine.Locator("#application")).ToBeVisibleAsync();

        await mine.GotoAsync(_place.Url(LoginHost, "/"));
        await mine.GetByRole(AriaRole.Link, new() { Name = "Ihre Sitzungen und Anwendungen" }).ClickAsync();
        await mine.GetByRole(AriaRole.Button, new() { Name = "Überall abmelden" }).ClickAsync();

        await Assertions.Expect(mine.GetByRole(AriaRole.Status)).ToHaveTextAsync("Sie sind abgemeldet.");
        Assert.DoesNotContain(await home.CookiesAsync(), static cookie => cookie.Name.StartsWith("uitsmijter-sso", StringComparison.Ordinal));
        await IsLoggedOut(theirs);
    }

    [Fact]
    public async Task the_page_can_be_looked_at()
    {
        var folder = Environment.GetEnvironmentVariable("UITSMIJTER_SCREENSHOTS");
        Assert.SkipWhen(folder is null, "UITSMIJTER_SCREENSHOTS names no folder");
        var name = NewPerson();
        foreach (var agent in (string[])["Mozilla/5.0 (iPhone) Version/18.5 Safari/604.1", "Mozilla/5.0 (Windows NT 10.0) Firefox/143.0", "nobody knows"])
        {
            await using var other = await _place.Browser.NewPerson(change: options => options.UserAgent = agent);
            await LogIn(other, name);
        }

        foreach (var (locale, colours, width) in new[] { ("en-US", ColorScheme.Light, 1280), ("en-US", ColorScheme.Dark, 1280), ("de-DE", ColorScheme.Light, 360), ("pt-PT", ColorScheme.Dark, 360) })
        {
            await using var person = await _place.Browser.NewPerson(locale, options => (options.ColorScheme, options.ViewportSize) = (colours, new() { Width = width, Height = 900 }));
            var page = await LogIn(person, name);
            await page.GotoAsync(_place.Url(LoginHost, "/account" + (locale == "de-DE" ? "?done=session" : "")));
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder!, $"account-{colours}-{width}.png"), FullPage = true });
            await page.GotoAsync(_place.Url(LoginHost, "/"));
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder!, $"index-{colours}-{width}.png"), FullPage = true });
        }
    }

    private static string NewPerson() => $"account-{Guid.NewGuid():N}@example.com";

    private async Task<IPage> LogIn(IBrowserContext person, string name)
    {
        var page = await person.NewPageAsync();
        await page.GotoAsync(_place.Url("cookbooks.example.test", "/"));
        await page.LogIn(name, "correct horse");
        await Assertions.Expect(page.Locator("#application")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>Every gateway refuses within a second; a busy machine gets some more.</summary>
    private async Task IsLoggedOut(IPage page)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            await page.GotoAsync(_place.Url("cookbooks.example.test", "/"));
        }
        while (!await page.ShowsLogin());
    }
}

/// <summary>Through a real Caddy. The server is one process.</summary>
public sealed class AccountThroughCaddy(AccountThroughCaddy.Door place) : AccountInABrowser(place), IClassFixture<AccountThroughCaddy.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "caddy", "127.0.0.41", overRedis: false);
}

/// <summary>Through a real Caddy. Silo and gateway are processes of their own over a real Redis.</summary>
public sealed class AccountThroughCaddyOverRedis(AccountThroughCaddyOverRedis.Door place) : AccountInABrowser(place), IClassFixture<AccountThroughCaddyOverRedis.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "caddy", "127.0.0.42", overRedis: true);
}
