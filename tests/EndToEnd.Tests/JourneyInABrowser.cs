using System.Text.Json;
using Microsoft.Playwright;
using Uitsmijter.Actors.EndToEnd.Tests.Applications;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>
/// What a person lives through with a browser, a reverse proxy and a protected application. The same journeys run through every
/// proxy and every way to run the server; the derived classes say which.
/// </summary>
public abstract class JourneyInABrowser
{
    /// <summary>Somebody who may log in.</summary>
    protected const string Person = "ada@example.com";
    /// <summary>Their password.</summary>
    protected const string RightPassword = "correct horse";

    /// <summary>A journey at a place.</summary>
    protected JourneyInABrowser(Place place)
    {
        Place = place;
        Assert.SkipWhen(place.MissingPart is not null, place.MissingPart ?? "");
    }

    /// <summary>Where the journey takes place.</summary>
    protected Place Place { get; }

    [Fact, Trait("Contract", "http 70"), Trait("Contract", "http 71"), Trait("Contract", "configuration 45"), Trait("Attack", "16")]
    public async Task a_person_logs_in_and_lands_at_the_exact_page_that_was_asked_for()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        const string Target = "/orders/a%2Fb/%C3%BCber?x=1&y=2%262&z=%23&u=%E2%9C%93&redirect=https%3A%2F%2Fexample.org%2F";

        await page.GotoAsync(Place.Url("cookbooks.example.test", Target + "#part-3"));
        var loginAddress = page.Url;
        await page.LogIn(Person, RightPassword);

        Assert.StartsWith(Place.Url("login.example.test", "/login?for="), loginAddress, StringComparison.Ordinal);
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync(Target);
        Assert.Equal(Place.Url("cookbooks.example.test", Target + "#part-3"), page.Url);
    }

    [Fact, Trait("Contract", "http 70"), Trait("Contract", "configuration 46")]
    public async Task a_wrong_password_stays_on_the_login_page_and_says_so()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/after-a-mistake"));

        await page.LogIn(Person, "wrong");
        var message = await page.Locator("div.error[data-error]").TextContentAsync();
        var address = page.Url;
        await page.LogIn(Person, RightPassword);

        Assert.Contains("incorrect credentials", message, StringComparison.Ordinal);
        Assert.Equal(Place.Url("login.example.test", "/login"), address);
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/after-a-mistake");
    }

    [Fact, Trait("Contract", "http 72"), Trait("Contract", "configuration 47")]
    public async Task a_second_application_opens_without_a_second_login()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/first"));
        await page.LogIn(Person, RightPassword);

        await page.GotoAsync(Place.Url("goat.example.test", "/second"));

        Assert.Equal(Place.Url("goat.example.test", "/second"), page.Url);
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/second");
    }

    [Fact, Trait("Attack", "7")]
    public async Task the_application_receives_our_headers_and_never_those_of_the_browser()
    {
        await using var person = await Place.Browser.NewPerson();
        await person.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["X-User-Ident"] = "root", ["X-User-Email"] = "root@example.com" });
        var page = await person.NewPageAsync();
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/identity"));
        await page.LogIn(Person, RightPassword);

        var received = await Received(page);

        Assert.Equal("subject-of-ada@example.com", received.Header("X-User-Ident"));
        Assert.Equal("ada@example.com", received.Header("X-User-Email"));
        Assert.StartsWith("Bearer ey", received.Header("Authorization"), StringComparison.Ordinal);
        var cookie = (await person.CookiesAsync()).Single(static candidate => candidate.Name.StartsWith("uitsmijter-sso", StringComparison.Ordinal));
        Assert.DoesNotContain(cookie.Value, received.Header("Authorization"), StringComparison.Ordinal);
        Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Lax, Domain: ".example.test" });
    }

    [Fact, Trait("Contract", "http 73"), Trait("Contract", "configuration 53"), Trait("Attack", "19")]
    public async Task after_logging_out_the_application_asks_again_and_the_old_cookie_is_dead()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/before-logout"));
        await page.LogIn(Person, RightPassword);
        var stolen = (await person.CookiesAsync()).Where(static cookie => cookie.Name.StartsWith("uitsmijter-sso", StringComparison.Ordinal))
            .Select(static cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = "/", Secure = true }).ToArray();

        await page.GotoAsync(Place.Url("login.example.test", "/logout?post_logout_redirect_uri=//" + Place.Authority("cookbooks.example.test") + "/"));
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/login\\?for="));
        var left = await person.CookiesAsync();
        await person.AddCookiesAsync(stolen);
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/with-the-old-cookie"));

        Assert.DoesNotContain(left, static cookie => cookie.Name.StartsWith("uitsmijter-sso", StringComparison.Ordinal));
        Assert.True(await page.ShowsLogin());
    }

    [Fact, Trait("Contract", "http 72")]
    public async Task hosts_of_a_wildcard_tenant_share_one_login_and_two_tenants_share_a_login_host()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await page.GotoAsync(Place.Url("yolk.egg.example.test", "/y"));
        await page.LogIn(Person, RightPassword);
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/y");

        await page.GotoAsync(Place.Url("white.egg.example.test", "/w"));
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/w");
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/other-tenant"));
        var isForeign = await page.ShowsLogin();
        await page.LogIn(Person, RightPassword);

        Assert.True(isForeign);
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/other-tenant");
        await page.GotoAsync(Place.Url("yolk.egg.example.test", "/still-in"));
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/still-in");
    }

    [Fact, Trait("Contract", "http 72"), Trait("Contract", "configuration 47")]
    public async Task a_tenant_without_silent_login_asks_again_on_its_other_host()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await page.GotoAsync(Place.Url("page.ham.test", "/p"));
        await page.LogIn(Person, RightPassword);
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/p");

        await page.GotoAsync(Place.Url("shop.ham.test", "/s"));
        var asksAgain = await page.ShowsLogin();
        await page.LogIn(Person, RightPassword);

        Assert.True(asksAgain);
        await Assertions.Expect(page.Locator("#target")).ToHaveTextAsync("/s");
    }

    [Fact, Trait("Attack", "36")]
    public async Task too_many_wrong_passwords_lock_the_name_out_and_say_for_how_long()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/locked"));
        var status = 0;
        var retryAfter = "";
        page.Response += (_, response) =>
        {
            if (response.Request.Method == "POST")
            {
                status = response.Status;
                retryAfter = response.Headers.GetValueOrDefault("retry-after", "");
            }
        };

        for (var attempt = 0; attempt < 30 && status != 429; attempt++)
        {
            await page.LogIn($"victim-of-{GetType().Name}@example.com", $"guess {attempt}");
        }

        Assert.Equal(429, status);
        Assert.True(int.Parse(retryAfter, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Theory, Trait("Contract", "http 75"), Trait("Contract", "configuration 49")]
    [InlineData("en-US", "Log In", "Username")]
    [InlineData("de-DE", "Anmelden", "Benutzername")]
    [InlineData("pt-PT", "Entrar", "Nome de usuário")]
    public async Task the_login_page_speaks_the_language_of_the_browser(string locale, string button, string placeholder)
    {
        await using var person = await Place.Browser.NewPerson(locale);
        var page = await person.NewPageAsync();

        await page.GotoAsync(Place.Url("cookbooks.example.test", "/"));

        Assert.Contains(button, await page.Locator("#loginButton").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(placeholder, await page.Locator("#username").GetAttributeAsync("placeholder"));
    }

    [Fact, Trait("Attack", "9")]
    public async Task a_public_path_needs_no_login_and_carries_no_identity()
    {
        await using var person = await Place.Browser.NewPerson();
        await person.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["X-User-Ident"] = "root" });
        var page = await person.NewPageAsync();

        await page.GotoAsync(Place.Url("cookbooks.example.test", "/public/page"));
        var received = await Received(page);

        Assert.Equal("/public/page", received.Target);
        Assert.True(string.IsNullOrEmpty(received.Header("X-User-Ident")));

        // A login page or a plain refusal (the Envoy dialect takes no dot segments at all), never the application.
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/public/..%2fsecret"));
        Assert.Equal(0, await page.Locator("#application").CountAsync());
        Assert.DoesNotContain(Place.World.Application.Requests, static request => request.Target.Contains("secret", StringComparison.Ordinal));
    }

    [Fact, Trait("Contract", "http 76")]
    public async Task a_refusal_is_a_complete_page_at_the_host_of_the_application()
    {
        await using var person = await Place.Browser.NewPerson();
        var page = await person.NewPageAsync();
        var arrivals = new List<string>();
        var answers = new List<IResponse>();
        page.Response += (_, response) => answers.Add(response);
        page.Console += (_, message) => arrivals.Add(message.Text);

        // A tenant that is switched off, a host nobody knows, and a form that was sent after the login had ended.
        foreach (var refusal in new Func<Task>[]
        {
            () => page.GotoAsync(Place.Url("closed.example.test", "/")),
            () => page.GotoAsync(Place.Url("unknown.example.test", "/")),
            () => SendForm(page),
        })
        {
            answers.Clear();
            await refusal();

            var document = answers.Last(static answer => answer.Request.IsNavigationRequest);
            Assert.InRange(document.Status, 400, 403);
            Assert.DoesNotContain("strict-transport-security", document.Headers.Keys);
            Assert.DoesNotContain(answers, answer => !answer.Request.IsNavigationRequest && new Uri(answer.Url).Host == new Uri(page.Url).Host);
            if (Place.Proxy != "nginx")
            {
                // nginx never relays a page of its authentication server, it shows its own.
                await Assertions.Expect(page.Locator("body")).ToHaveCSSAsync("display", "grid");
                await Assertions.Expect(page.Locator("p.reason i")).ToBeVisibleAsync();
            }
        }

        Assert.DoesNotContain(arrivals, static message => message.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase));
    }

    private async Task SendForm(IPage page)
    {
        await page.GotoAsync(Place.Url("cookbooks.example.test", "/public/form"));
        await page.EvaluateAsync("const form = document.createElement('form'); form.method = 'post'; form.action = '/orders'; document.body.append(form); form.submit();");
        await Assertions.Expect(page).ToHaveURLAsync(Place.Url("cookbooks.example.test", "/orders"));
    }

    private static async Task<EchoApplication.Received> Received(IPage page) =>
        JsonSerializer.Deserialize<EchoApplication.Received>((await page.Locator("#received").TextContentAsync())!)!;
}
