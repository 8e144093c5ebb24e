using System.Net;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Tests.Cluster;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>The sealed field of the login form: nobody logs in with a form that is not ours, of this browser, and fresh.</summary>
[Trait("Attack", "39")]
public sealed class TicketTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https://cookbooks.example.com/soup&mode=interceptor";
    private const string Target = "https://cookbooks.example.com/soup";

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("Y2hlZXNlL2NoZWVzZQ.AAAA")]
    [InlineData("..")]
    [InlineData("Y2hlZXNlL2NoZWVzZQ.%%%")]
    public async Task a_form_without_a_ticket_of_ours_is_shown_anew_with_its_target(string ticket)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var fields = (await browser.Get(Host, $"/login{Query}")).Fields("ada@example.com", FakeProvider.Password);
        fields["ticket"] = ticket;

        var answer = await browser.Post(Host, "/login", new FormUrlEncodedContent(fields));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("LOGIN.ERRORS.FORM_EXPIRED", answer.Body, StringComparison.Ordinal);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.Empty(world.Cluster.Provider.Asked);
        Assert.Equal(Target, (await browser.Submit(Host, answer, "ada@example.com", FakeProvider.Password)).Location);
    }

    [Fact]
    public async Task the_form_of_an_attacker_is_worthless_in_another_browser()
    {
        await using var world = await LoginWorld.Start();
        var attackers = await world.OpenBrowser().Get(Host, $"/login{Query}");
        var victim = world.OpenBrowser();

        var bare = await victim.Submit(Host, attackers, "attacker@example.com", FakeProvider.Password);
        var withOwnCookie = await victim.Submit(Host, attackers, "attacker@example.com", FakeProvider.Password);

        Assert.All([bare, withOwnCookie], static answer => Assert.Equal(HttpStatusCode.Forbidden, answer.Status));
        Assert.Empty(world.Cluster.Provider.Asked);
        Assert.Null(victim.CookieNamed("uitsmijter-sso"));
    }

    [Fact]
    public async Task a_form_that_was_open_for_an_hour_is_shown_anew()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");

        world.Clock.Advance(Tickets.Life - TimeSpan.FromSeconds(1));
        var inTime = await browser.Submit(Host, form, "ada@example.com", "wrong");
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        var late = await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);

        Assert.Contains("WRONG_CREDENTIALS", inTime.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, late.Status);
        Assert.Contains("LOGIN.ERRORS.FORM_EXPIRED", late.Body, StringComparison.Ordinal);
        Assert.Equal(Target, late.Hidden("location"));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "https://cookbooks.example.com")]
    public async Task a_form_that_stood_on_another_page_is_shown_anew_although_its_ticket_is_good(string header, string value)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");

        var answer = await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password, (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Origin", "https://login.example.com")]
    [InlineData("Origin", "null")]
    public async Task our_own_page_may_post(string header, string value)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        var answer = await browser.Submit(Host, await browser.Get(Host, $"/login{Query}"), "ada@example.com", FakeProvider.Password, (header, value));

        Assert.Equal(Target, answer.Location);
    }

    [Fact]
    [Trait("Attack", "13")]
    public async Task the_open_fields_of_a_form_change_neither_target_nor_mode_nor_tenant()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var fields = (await browser.Get(Host, $"/login{Query}")).Fields("ada@example.com", FakeProvider.Password);
        fields["location"] = "https://yolk.egg.example.com/elsewhere";
        fields["mode"] = "oauth";

        var answer = await browser.Post(Host, "/login", new FormUrlEncodedContent(fields));

        Assert.Equal(Target, answer.Location);
        var (tenant, request) = Assert.Single(world.Cluster.Provider.Asked);
        Assert.Equal(("cheese/cheese", "interceptor"), (tenant, request.GrantType));
    }

    [Fact]
    [Trait("Attack", "43")]
    public async Task a_ticket_of_one_tenant_opens_nothing_on_the_host_of_another()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");
        browser.Hold(browser.Jar.Keys.Single(static key => key.Name.Contains("browser", StringComparison.Ordinal)).Name, "id.ham.test", browser.CookieNamed("__Host-uitsmijter-browser")!);

        var answer = await browser.Submit("id.ham.test", form, "ada@example.com", FakeProvider.Password);

        Assert.NotEqual(HttpStatusCode.SeeOther, answer.Status);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Fact]
    public async Task a_logout_ticket_is_no_login_ticket()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var fields = (await browser.Get(Host, $"/login{Query}")).Fields("ada@example.com", FakeProvider.Password);
        var logout = await browser.Get(Host, "/logout?post_logout_redirect_uri=//cookbooks.example.com", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"));
        fields["ticket"] = logout.Hidden("ticket") ?? throw new InvalidOperationException("The goodbye page has no ticket.");

        var answer = await browser.Post(Host, "/login", new FormUrlEncodedContent(fields));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Fact]
    public async Task two_gateways_open_each_others_forms()
    {
        await using var one = await LoginWorld.Start();
        await using var other = await LoginWorld.Start(clock: one.Clock, cluster: one.Cluster);
        var first = one.OpenBrowser();
        var form = await first.Get(Host, $"/login{Query}");
        var second = other.OpenBrowser();
        foreach (var (key, value) in first.Jar)
        {
            second.Hold(key.Name, key.Domain, value);
        }

        var answer = await second.Submit(Host, form, "ada@example.com", FakeProvider.Password);

        Assert.Equal(Target, answer.Location);
    }

    [Fact]
    [Trait("Attack", "15")]
    public async Task twenty_tabs_opened_one_after_the_other_end_at_their_own_targets()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var forms = new List<Browser.Answer>();
        for (var tab = 0; tab < 20; tab++)
        {
            forms.Add(await browser.Get(Host, $"/login?for=https://cookbooks.example.com/tab/{tab}&mode=interceptor"));
        }

        for (var tab = 19; tab >= 0; tab--)
        {
            Assert.Equal($"https://cookbooks.example.com/tab/{tab}", (await browser.Submit(Host, forms[tab], "ada@example.com", FakeProvider.Password)).Location);
        }

        Assert.Single(browser.Jar.Keys, static key => key.Name.Contains("browser", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Attack", "15")]
    public async Task twenty_tabs_opened_before_the_first_answer_came_end_at_their_own_targets_too()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var forms = await Task.WhenAll(Enumerable.Range(0, 20).Select(tab =>
            world.OpenBrowser().Get(Host, $"/login?for=https://cookbooks.example.com/tab/{tab}&mode=interceptor")));
        foreach (var cookie in forms.SelectMany(static form => form.SetCookies))
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            browser.Hold(pair[0], Host, pair[1]);
        }

        for (var tab = 0; tab < 20; tab++)
        {
            Assert.Equal($"https://cookbooks.example.com/tab/{tab}", (await browser.Submit(Host, forms[tab], "ada@example.com", FakeProvider.Password)).Location);
        }
    }

    [Fact]
    public async Task the_browser_cookie_cannot_be_planted_by_a_sibling_host()
    {
        await using var world = await LoginWorld.Start();

        var page = await world.OpenBrowser().Get(Host, $"/login{Query}");

        var cookie = Assert.Single(page.SetCookies);
        Assert.Matches("^__Host-uitsmijter-browser-[^=]{6}=[^;]{43}; Expires=[^;]+; Max-Age=86400; Path=/; Secure; HttpOnly; SameSite=Lax$", cookie);
    }
}
