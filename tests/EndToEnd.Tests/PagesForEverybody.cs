using Microsoft.Playwright;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Every page for people with a small screen, large letters, a keyboard, a screen reader, other colours, no motion, no scripts (WCAG 2.2 AA).</summary>
public sealed class PagesForEverybody : IClassFixture<PagesForEverybody.Door>
{
    private const string LargestOverflow =
        """
        () => {
          const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && element.closest('svg, [hidden]') === null);
          return document.documentElement.scrollWidth > innerWidth || wide.length > 0 ? `${document.documentElement.scrollWidth} > ${innerWidth} ${wide.map((element) => element.outerHTML.slice(0, 80))}` : '';
        }
        """;

    private readonly Door _place;

    public PagesForEverybody(Door place)
    {
        _place = place;
        Assert.SkipWhen(place.MissingPart is not null, place.MissingPart ?? "");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 320)]
    public async Task an_independent_judge_finds_nothing_on_any_page(ColorScheme colours, int width)
    {
        foreach (var name in EveryPage.Names)
        {
            await using var person = await _place.Browser.NewPerson(change: options => (options.ColorScheme, options.ViewportSize) = (colours, new() { Width = width, Height = 800 }));
            var page = await person.NewPageAsync();
            await _place.Open(page, name);

            // The goodbye page leaves after two seconds, as it always has (configuration.md §4.2): all it says is that it leaves.
            var findings = await page.Findings(name == "goodbye" ? ["meta-refresh"] : []);

            Assert.True(findings.Length == 0, $"{name}, {colours}, {width} px: {string.Join('\n', findings)}");
        }
    }

    [Fact]
    public async Task the_judge_sees_what_is_wrong()
    {
        await using var person = await _place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await _place.Open(page, "login");
        await page.EvaluateAsync("document.querySelector('label').remove(); document.querySelector('h1').style.color = '#ddd'");

        var findings = await page.Findings();

        Assert.Contains(findings, static finding => finding.StartsWith("color-contrast:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en-US", "Log in", "Username", "Password", "Log In")]
    [InlineData("de-DE", "Anmelden", "Benutzername", "Passwort", "Anmelden")]
    [InlineData("pt-PT", "Iniciar sessão", "Nome de usuário", "Palavra-passe", "Entrar")]
    public async Task a_screen_reader_finds_everything_by_role_and_name(string locale, string title, string name, string password, string button)
    {
        await using var person = await _place.Browser.NewPerson(locale);
        var page = await person.NewPageAsync();

        await _place.Open(page, "refused");

        var main = page.GetByRole(AriaRole.Main);
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", locale[..2]);
        await Assertions.Expect(main.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true, Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(main.GetByRole(AriaRole.Textbox, new() { Name = name, Exact = true })).ToHaveValueAsync(new System.Text.RegularExpressions.Regex(".@example.com$"));
        await Assertions.Expect(main.GetByLabel(password, new() { Exact = true })).ToHaveAttributeAsync("type", "password");
        await Assertions.Expect(main.GetByRole(AriaRole.Button, new() { Name = button, Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Contentinfo).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);

        // What went wrong is said at once, and again where the person is: in the field to fill in anew.
        var message = await main.GetByRole(AriaRole.Alert).InnerTextAsync();
        await Assertions.Expect(page.Locator("#password")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#password")).ToHaveAccessibleDescriptionAsync(message);
    }

    [Fact]
    public async Task a_keyboard_alone_logs_in_and_out_and_always_shows_where_it_is()
    {
        await using var person = await _place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await _place.Open(page, "login");

        await IsFocused(page, "#username");
        await page.Keyboard.TypeAsync("ada@example.com");
        await Tab(page, "#password");
        await Tab(page, "#loginButton");
        await Tab(page, "a[data-type=imprint]");
        await Tab(page, "a[data-type=privacy]");
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.TypeAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#login-error")).ToBeVisibleAsync();
        await IsFocused(page, "#password");
        await page.Keyboard.TypeAsync("correct horse");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#application")).ToBeVisibleAsync();

        await page.GotoAsync(_place.Url("login.example.test", "/"));
        await Tab(page, "#logoutButton");
        await Tab(page, ".more a");
        await Tab(page, "summary");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dl")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("a.logout-link")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#username")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    [InlineData("pt-PT")]
    public async Task nothing_scrolls_sideways_on_a_small_screen_with_large_or_wide_letters(string locale)
    {
        foreach (var name in EveryPage.Names)
        {
            // 320 px is also 1280 px at 400 %.
            await using var person = await _place.Browser.NewPerson(locale, static options => options.ViewportSize = new() { Width = 320, Height = 640 });
            var page = await person.NewPageAsync();
            await _place.Open(page, name);

            var small = await page.EvaluateAsync<string>(LargestOverflow);
            await page.EvaluateAsync("Object.assign(document.body.style, { letterSpacing: '.12em', wordSpacing: '.16em', lineHeight: '1.5' })");
            var spaced = await page.EvaluateAsync<string>(LargestOverflow);
            await page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
            await page.SetViewportSizeAsync(640, 640);
            var large = await page.EvaluateAsync<string>(LargestOverflow);

            Assert.True((small, spaced, large) is ("", "", ""), $"{name}, {locale}: '{small}', spaced '{spaced}', large '{large}'");
        }
    }

    [Fact]
    public async Task without_scripts_everything_works()
    {
        await using var person = await _place.Browser.NewPerson(change: static options => options.JavaScriptEnabled = false);
        var page = await person.NewPageAsync();

        await page.GotoAsync(_place.Url("cookbooks.example.test", "/plain"));
        await page.Locator("#username").FillAsync("ada@example.com");
        await page.Locator("#password").FillAsync("wrong");
        await page.Locator("#loginButton").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.Locator("#password").FillAsync("correct horse");
        await page.Locator("#loginButton").ClickAsync();
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/plain");

        await page.GotoAsync(_place.Url("login.example.test", "/"));
        await page.Locator("#logoutButton").ClickAsync();
        await Assertions.Expect(page.Locator("#username")).ToBeVisibleAsync();
        Assert.Contains("/login?for=", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task nothing_moves_for_people_who_ask_for_calm()
    {
        const string Moving = "document.getAnimations().filter(animation => animation.playState === 'running').length";
        foreach (var name in EveryPage.Names)
        {
            await using var person = await _place.Browser.NewPerson();
            var page = await person.NewPageAsync();
            await _place.Open(page, name);

            Assert.Equal(0, await page.EvaluateAsync<int>(Moving));
        }

        await using var other = await _place.Browser.NewPerson(change: static options => options.ReducedMotion = ReducedMotion.NoPreference);
        var lively = await other.NewPageAsync();
        await _place.Open(lively, "login");
        Assert.NotEqual(0, await lively.EvaluateAsync<int>(Moving));
    }

    [Fact]
    public async Task colours_follow_the_person()
    {
        await using var person = await _place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await _place.Open(page, "login");

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var light = await Background(page, ".login-box");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        var dark = await Background(page, ".login-box");
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        var edges = await page.EvaluateAsync<string>("['#username', '#password', '#loginButton', '.login-box'].map(name => getComputedStyle(document.querySelector(name)).borderTopStyle).join()");

        Assert.Equal("rgb(255, 255, 255)", light);
        Assert.Equal("rgb(23, 33, 48)", dark);
        // Where the system takes the colours away, edges alone tell a field and a button from the paper.
        Assert.Equal("solid,solid,solid,solid", edges);
        await IsFocused(page, "#username");
    }

    private static Task<string> Background(IPage page, string selector) =>
        page.EvaluateAsync<string>("selector => getComputedStyle(document.querySelector(selector)).backgroundColor", selector);

    private static async Task Tab(IPage page, string next)
    {
        await page.Keyboard.PressAsync("Tab");
        await IsFocused(page, next);
    }

    /// <summary>Focused, and to be seen: an outline of two pixels and more (WCAG 2.4.7, 2.4.13), and nothing in front of it (2.4.11).</summary>
    private static async Task IsFocused(IPage page, string selector)
    {
        var element = page.Locator(selector);
        await Assertions.Expect(element).ToBeFocusedAsync();
        await Assertions.Expect(element).ToHaveCSSAsync("outline-style", "solid");
        Assert.True(await element.EvaluateAsync<bool>(
            """
            element => {
              const box = element.getBoundingClientRect();
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return parseFloat(getComputedStyle(element).outlineWidth) >= 2 && (element === top || element.contains(top));
            }
            """));
    }

    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "traefik", "127.0.0.10", overRedis: false);
}
