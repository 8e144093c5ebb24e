using System.Net;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>The login page of a tenant that asks for strong and young logins behind a proxy: nobody gets past it weakly, and nobody turns in circles.</summary>
[Trait("Standard", "RFC 9470")]
public sealed class StepUpLoginTests
{
    private const string Host = "login.example.com";
    private const string Target = "https://cookbooks.example.com/soup";
    private const string Query = $"?for={Target}&mode=interceptor";
    private const string Gold = "urn:acme:gold";
    private const string Silver = "urn:acme:silver";

    private static readonly Tenant _asking = LoginWorld.Cheese with
    {
        Interceptor = LoginWorld.Cheese.Interceptor with { Requirement = new() { AcrValues = [Gold, Silver], MaxAge = TimeSpan.FromHours(1) } },
    };

    [Fact]
    public async Task a_weak_session_is_not_sent_on_and_the_form_says_why()
    {
        await using var world = await Start();
        var browser = await Weak(world);

        var page = await browser.Get(Host, $"/login{Query}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("data-error=\"LOGIN.ERRORS.STRONGER_NEEDED\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(Target, page.Hidden("location"));
        Assert.Null(page.Location);
    }

    [Fact]
    public async Task a_stronger_login_is_told_to_the_script_like_a_clients_wish_and_takes_the_place_of_the_weak_one()
    {
        await using var world = await Start();
        var browser = await Weak(world);
        var before = Assert.Single(world.Cluster.Sessions).Value;
        world.Cluster.Provider.Decide = static request => Approved(request.AcrValues.Contains(Silver) ? Silver : null);

        var answer = await browser.LogIn(Host, Query);
        var again = await browser.Get(Host, $"/login{Query}");

        Assert.Equal((HttpStatusCode.SeeOther, Target), (answer.Status, answer.Location));
        Assert.Equal((HttpStatusCode.SeeOther, Target), (again.Status, again.Location));
        Assert.Equal([Gold, Silver], world.Cluster.Provider.Asked[^1].Request.AcrValues);
        Assert.Equal("interceptor", world.Cluster.Provider.Asked[^1].Request.GrantType);
        Assert.Equal(SessionEnd.Replaced, before.Ended);
        Assert.Equal(Silver, world.Cluster.Sessions.Values.Single(static session => session.Ended is null).Session!.Acr);
    }

    [Theory]
    [InlineData("en", "not strong enough for the application")]
    [InlineData("de", "für die Anwendung nicht stark genug")]
    [InlineData("pt", "não é suficientemente forte para a aplicação")]
    public async Task a_login_that_comes_out_too_weak_is_told_so_in_the_persons_language_and_changes_nothing(string language, string text)
    {
        await using var world = await Start();
        var browser = await Weak(world);
        browser.Headers["Accept-Language"] = language;
        var (cookie, sessions) = (browser.CookieNamed("uitsmijter-sso"), world.Cluster.Sessions.Count);

        var answer = await browser.LogIn(Host, Query);
        var elsewhere = await browser.Get("cookbooks.example.com", "/login?for=/authorize%3Fa%26b");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(answer.Location);
        Assert.Contains("data-error=\"LOGIN.ERRORS.TOO_WEAK\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains(text, WebUtility.HtmlDecode(answer.Body), StringComparison.Ordinal);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.Equal(cookie, browser.CookieNamed("uitsmijter-sso"));
        Assert.Equal(sessions, world.Cluster.Sessions.Count);
        Assert.All(world.Cluster.Sessions.Values, static session => Assert.Null(session.Ended));
        Assert.Equal("/authorize?a&b", elsewhere.Location);

        // The page that came back works, once the person can do better.
        world.Cluster.Provider.Decide = static _ => Approved(Gold);
        Assert.Equal(Target, (await browser.Submit(Host, answer, "ada@example.com", FakeProvider.Password)).Location);
    }

    [Theory]
    [InlineData("en", "needs a stronger or more recent login")]
    [InlineData("de", "braucht eine stärkere oder frischere Anmeldung")]
    [InlineData("pt", "precisa de um login mais forte ou mais recente")]
    public async Task the_form_speaks_of_it_in_every_language(string language, string text)
    {
        await using var world = await Start();
        var browser = await Weak(world);

        var page = await browser.Get(Host, $"/login{Query}", ("Accept-Language", language));

        Assert.Contains(text, WebUtility.HtmlDecode(page.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_any_session_a_weak_login_leaves_none()
    {
        await using var world = await Start();
        var browser = world.OpenBrowser();

        var answer = await browser.LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(browser.CookieNamed("uitsmijter-sso"));
        Assert.Empty(world.Cluster.Sessions);
    }

    [Fact]
    [Trait("Attack", "36")]
    [Trait("Attack", "38")]
    public async Task who_has_the_password_tries_second_factors_no_oftener_than_passwords()
    {
        await using var world = await Start();
        var browser = world.OpenBrowser();

        await browser.LogIn(Host, Query);
        await browser.LogIn(Host, Query);

        Assert.All(world.Cluster.Throttles.Values, static counter => Assert.Equal((2, 0), (counter.Taken, counter.GivenBack)));
    }

    [Fact]
    public async Task a_strong_session_grows_too_old_whatever_renews_its_cookie()
    {
        await using var world = await Start();
        world.Cluster.Provider.Decide = static _ => Approved(Gold);
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        world.Clock.Advance(TimeSpan.FromHours(1));
        var last = await browser.Get(Host, $"/login{Query}");
        world.Clock.Advance(TimeSpan.FromDays(6));
        var cookie = browser.CookieNamed("uitsmijter-sso");
        await browser.Get("cookbooks.example.com", "/login?for=/authorize%3Fa%26b");
        var renewed = browser.CookieNamed("uitsmijter-sso");

        var page = await browser.Get(Host, $"/login{Query}");

        Assert.Equal(HttpStatusCode.SeeOther, last.Status);
        Assert.NotEqual(cookie, renewed);
        Assert.Contains("LOGIN.ERRORS.STRONGER_NEEDED", page.Body, StringComparison.Ordinal);
        Assert.Equal(Target, (await browser.Submit(Host, page, "ada@example.com", FakeProvider.Password)).Location);
    }

    [Fact]
    public async Task a_renewed_weak_cookie_stays_weak()
    {
        await using var world = await Start();
        var browser = await Weak(world);
        var cookie = browser.CookieNamed("uitsmijter-sso");
        world.Clock.Advance(TimeSpan.FromDays(6));
        await browser.Get("cookbooks.example.com", "/login?for=/authorize%3Fa%26b");

        var page = await browser.Get(Host, $"/login{Query}");

        Assert.NotEqual(cookie, browser.CookieNamed("uitsmijter-sso"));
        Assert.Contains("LOGIN.ERRORS.STRONGER_NEEDED", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"?for={Target}")]
    [InlineData($"?for={Target}&mode=oauth")]
    [InlineData($"?for={Target}&mode=")]
    [InlineData($"?for={Target}&mode=interceptor&mode=oauth")]
    [InlineData($"?for={Target}&mode=Interceptor")]
    [Trait("Attack", "13")]
    public async Task who_takes_the_wish_out_of_the_address_gets_a_login_that_opens_no_door_of_a_proxy(string stripped)
    {
        await using var world = await Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, stripped);

        var page = await browser.Get(Host, $"/login{Query}");

        Assert.Equal("oauth", Assert.Single(world.Cluster.Sessions).Value.Opened!.Mode);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Submit(Host, page, "ada@example.com", FakeProvider.Password)).Status);
    }

    [Fact]
    [Trait("Attack", "13")]
    public async Task nothing_in_address_form_or_headers_takes_the_wish_away()
    {
        await using var world = await Start();
        var browser = world.OpenBrowser();
        browser.Headers["X-Uitsmijter-Mode"] = "oauth";
        browser.Headers["X-Uitsmijter-Acr"] = Gold;
        var page = await browser.Get(Host, $"/login{Query}&acr_values=&required_acr=&max_age=&acr={Gold}");
        var fields = page.Fields("ada@example.com", FakeProvider.Password);
        (fields["mode"], fields["acr_values"], fields["acr"]) = ("oauth", "", Gold);

        var answer = await browser.Post(Host, "/login", new FormUrlEncodedContent(fields));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("LOGIN.ERRORS.TOO_WEAK", answer.Body, StringComparison.Ordinal);
        Assert.Equal([Gold, Silver], Assert.Single(world.Cluster.Provider.Asked).Request.AcrValues);
    }

    /// <summary>There is no second page for a second factor: the stages are the form, the script's verdict, and the door, and each judges anew.</summary>
    [Fact]
    [Trait("Attack", "38")]
    public async Task no_stage_is_skipped_by_an_empty_form_by_going_back_or_by_a_form_of_another_mode()
    {
        await using var world = await Start();
        var browser = await Weak(world);
        var weakForm = await browser.Get("cookbooks.example.com", "/login?for=/authorize%3Fa%26b&mode=oauth");
        var form = await browser.Get(Host, $"/login{Query}");
        var asked = world.Cluster.Provider.Asked.Count;

        var empty = await browser.Post(Host, "/login", new FormUrlEncodedContent([]));
        var withoutTicket = await browser.Post(Host, "/login", new FormUrlEncodedContent(form.Fields("ada@example.com", FakeProvider.Password).Where(static field => field.Key != "ticket")));
        var refused = await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);
        var back = await browser.Get(Host, $"/login{Query}");
        var repeated = await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);

        Assert.Equal("/authorize?a&b", weakForm.Location);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Forbidden), (empty.Status, withoutTicket.Status));
        Assert.Contains("LOGIN.ERRORS.TOO_WEAK", refused.Body, StringComparison.Ordinal);
        Assert.Contains("LOGIN.ERRORS.STRONGER_NEEDED", back.Body, StringComparison.Ordinal);
        Assert.Contains("LOGIN.ERRORS.TOO_WEAK", repeated.Body, StringComparison.Ordinal);
        Assert.Equal(asked + 2, world.Cluster.Provider.Asked.Count);
        Assert.Single(world.Cluster.Sessions);
    }

    [Fact]
    public async Task a_form_that_was_shown_before_the_tenant_asked_is_judged_by_what_it_asks_now()
    {
        await using var world = await Start(LoginWorld.Cheese);
        var browser = world.OpenBrowser();
        var page = await browser.Get(Host, $"/login{Query}");
        world.Cluster.Catalog.Publish(_asking);
        await Eventually.Holds(() => ((Visits)world.Services.GetService(typeof(Visits))!).Catalog.TenantByName(_asking.Name)!.Interceptor.Requirement is not null);

        var answer = await browser.Submit(Host, page, "ada@example.com", FakeProvider.Password);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task logins_for_clients_are_asked_for_nothing()
    {
        await using var world = await Start();
        var browser = world.OpenBrowser();

        var answer = await browser.LogIn("cookbooks.example.com", "?for=/authorize%3Fa%26b");

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Empty(Assert.Single(world.Cluster.Provider.Asked).Request.AcrValues);
    }

    [Fact]
    public async Task a_weak_login_is_recorded_as_one_that_failed()
    {
        await using var world = await Start();

        await world.OpenBrowser().LogIn(Host, Query);
        await ((GatewayActivity)world.Services.GetService(typeof(GatewayActivity))!).Report(default);

        Assert.Equal(1, (await world.Cluster.Activities[_asking.Name].Read(default)).Denied);
        Assert.Contains(world.Logs, static line => line.Contains("Login failed", StringComparison.Ordinal) && line.Contains("LOGIN.ERRORS.TOO_WEAK", StringComparison.Ordinal));
    }

    /// <summary>A browser whose login is good and weak: from before the tenant asked.</summary>
    private static async Task<Browser> Weak(LoginWorld world)
    {
        var browser = world.OpenBrowser();
        world.Cluster.Catalog.Publish(LoginWorld.Cheese);
        await Published(world, isAsking: false);
        await browser.LogIn(Host, Query);
        world.Cluster.Catalog.Publish(_asking);
        await Published(world, isAsking: true);
        return browser;
    }

    private static Task Published(LoginWorld world, bool isAsking) => Eventually.Holds(
        () => ((Visits)world.Services.GetService(typeof(Visits))!).Catalog.TenantByName(_asking.Name)?.Interceptor.Requirement is not null == isAsking);

    private static async Task<LoginWorld> Start(Tenant? tenant = null)
    {
        var clock = new FakeTimeProvider(The.Instant);
        var cluster = new FakeCluster(clock);
        cluster.Catalog.Publish(tenant ?? _asking);
        return await LoginWorld.Start(null, clock, cluster);
    }

    private static Approval Approved(string? acr) => new("ada") { Acr = acr };
}
