using System.Net;
using Uitsmijter.Actors.Gateway.Login;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

public sealed class SilentLoginTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https://cookbooks.example.com/soup&mode=interceptor";

    [Fact]
    [Trait("Contract", "http 46")]
    [Trait("Contract", "http 79")]
    public async Task a_living_session_is_sent_on_without_a_form_where_silent_login_is_unset()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        var answer = await browser.Get(Host, "/login?for=https://goat.example.com/x%3Fa%26b&mode=interceptor");

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal("https://goat.example.com/x?a&b", answer.Location);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    /// <summary>The contract's test expects the bare host in <c>Location</c>, which every browser takes for a path; ours is the host it names.</summary>
    [Fact]
    [Trait("Contract", "http 46")]
    public async Task a_target_without_a_scheme_is_the_host_it_names()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        Assert.Equal("//goat.example.com", (await browser.Get(Host, "/login?for=goat.example.com")).Location);
    }

    [Fact]
    [Trait("Contract", "http 46")]
    [Trait("Contract", "http 72")]
    public async Task a_tenant_that_asks_per_host_shows_the_form_each_time()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        const string query = "?for=https://page.ham.test/&mode=interceptor";
        await browser.LogIn("id.ham.test", query);

        Assert.Equal(HttpStatusCode.OK, (await browser.Get("id.ham.test", query)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get("id.ham.test", "/login?for=https://shop.ham.test/&mode=interceptor")).Status);

        // SHA-1 of "page.ham.test", as in the contract (http.md §12.3).
        Assert.Equal("49bed9b852cb346961f47fc07b10b00787bcf19b", Assert.Single(world.Cluster.Sessions).Value.Opened!.Responsibility);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJjaGVlc2UvY2hlZXNlIn0.")]
    [InlineData("a.b.c")]
    [Trait("Contract", "http 46")]
    [Trait("Attack", "17")]
    public async Task a_cookie_that_is_none_brings_up_the_form_with_its_target(string cookie)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.Hold("uitsmijter-sso", ".example.com", cookie);

        var page = await browser.Get(Host, $"/login{Query}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("https://cookbooks.example.com/soup", page.Hidden("location"));
    }

    [Fact]
    [Trait("Attack", "17")]
    public async Task tampered_and_truncated_and_oversized_cookies_bring_up_the_form()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var good = browser.CookieNamed("uitsmijter-sso")!;

        foreach (var bad in new[] { good[..^1], good[1..], good.Replace('.', '_'), good + good, $"{good}.x", good + new string('x', 6000), $"\"{good}\"" })
        {
            browser.Hold("uitsmijter-sso", ".example.com", bad);
            Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}")).Status);
        }
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task a_cookie_tossed_by_a_sibling_host_hides_no_good_one()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.Hold("uitsmijter-sso", Host, "tossed");
        await browser.LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get(Host, $"/login{Query}")).Status);
    }

    [Fact]
    [Trait("Attack", "20")]
    public async Task the_cookie_of_one_tenant_leads_to_the_login_page_of_another_never_to_a_dead_end()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var cookie = browser.CookieNamed("uitsmijter-sso")!;
        browser.Hold("uitsmijter-sso", ".ham.test", cookie);
        browser.Hold("uitsmijter-sso-egg", ".example.com", cookie);

        var ham = await browser.Get("id.ham.test", "/login?for=https://page.ham.test/&mode=interceptor");
        var egg = await browser.Get(Host, "/login?for=https://yolk.egg.example.com/&mode=interceptor");

        Assert.All([ham, egg], static page => Assert.Equal(HttpStatusCode.OK, page.Status));
    }

    [Fact]
    public async Task a_session_approved_for_a_client_only_opens_no_door_of_a_proxy()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn("cookbooks.example.com", "?for=/authorize");

        var forProxy = await browser.Get("cookbooks.example.com", $"/login{Query}");
        var forClient = await browser.Get("cookbooks.example.com", "/login?for=/authorize%3Fa%26b");

        Assert.Equal(HttpStatusCode.OK, forProxy.Status);
        Assert.Equal("/authorize?a&b", forClient.Location);
    }

    [Fact]
    public async Task an_expired_cookie_brings_up_the_form()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        world.Clock.Advance(TimeSpan.FromDays(8));

        Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}")).Status);
    }

    [Theory]
    [InlineData("Authorization")]
    public async Task a_bearer_token_opens_no_page(string header)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var program = world.OpenBrowser();
        program.Headers[header] = $"Bearer {browser.CookieNamed("uitsmijter-sso")}";

        Assert.Equal(HttpStatusCode.OK, (await program.Get(Host, $"/login{Query}")).Status);
        Assert.Contains("http-equiv=\"refresh\"", (await program.Get("cookbooks.example.com", "/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_browser_sent_in_circles_gets_the_form_and_a_person_who_comes_later_does_not()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        for (var turn = 0; turn < RedirectBrake.Most; turn++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get(Host, $"/login{Query}")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}")).Status);
        world.Clock.Advance(RedirectBrake.Window);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get(Host, $"/login{Query}")).Status);
    }

    [Fact]
    public async Task many_tabs_with_different_targets_are_no_circle()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        for (var tab = 0; tab < 20; tab++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get(Host, $"/login?for=https://goat.example.com/{tab}&mode=interceptor")).Status);
        }
    }

    [Fact]
    public async Task a_forged_count_of_redirects_only_brings_up_the_form()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        foreach (var forged in new[] { "9.9.9", "-1.-1.x", "9999999999999.9.0000000000000000", "..", "1", "9223372036854775807.1.aaaaaaaaaaaaaaaa" })
        {
            browser.Hold("__Host-uitsmijter-silent", Host, forged);
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get(Host, $"/login{Query}")).Status);
        }
    }
}
