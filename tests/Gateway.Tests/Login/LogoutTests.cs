using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

public sealed class LogoutTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https://cookbooks.example.com/soup&mode=interceptor";

    private static readonly (string, string)[] _crossSiteClick = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];

    [Fact]
    [Trait("Contract", "http 47")]
    public async Task the_goodbye_page_leads_an_anonymous_person_to_the_end()
    {
        await using var world = await LoginWorld.Start();

        var page = await world.OpenBrowser().Get("id.ham.test", "/logout");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("logout/finalize", page.Body, StringComparison.Ordinal);
        Assert.Contains("http-equiv=\"refresh\"", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("?location=/", "/")]
    [InlineData("?location=//cookbooks.example.com/bye", "//cookbooks.example.com/bye")]
    [InlineData("?location=https%3A%2F%2Fgoat.example.com%2F%3Fa%26b", "https://goat.example.com/?a&b")]
    [Trait("Contract", "http 48")]
    public async Task logging_out_ends_the_session_takes_the_cookie_and_goes_where_the_person_wants(string query, string location)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var sid = Assert.Single(world.Cluster.Sessions).Key;

        var answer = await browser.Get(Host, $"/logout/finalize{query}");

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(location, answer.Location);
        Assert.Equal(SessionEnd.LoggedOut, world.Cluster.Sessions[sid].Ended);
        Assert.Null(browser.CookieNamed("uitsmijter-sso"));
        Assert.All(answer.SetCookies, static cookie => Assert.Matches(
            "^uitsmijter-sso=invalid; Expires=[^;]+ GMT; Max-Age=-1; Domain=[^;]+; Path=/; Secure; HttpOnly; SameSite=Lax$", cookie));
    }

    [Fact]
    [Trait("Contract", "http 48")]
    public async Task there_are_two_cookies_to_take_when_the_proxies_domain_differs_and_one_when_not()
    {
        await using var world = await LoginWorld.Start();

        var differing = await world.OpenBrowser().Get(Host, "/logout/finalize?location=//cookbooks.example.com");
        var same = await world.OpenBrowser().Get("localhost", "/logout/finalize");

        Assert.Equal(["Domain=.example.com", $"Domain={Host}"], differing.SetCookies.Select(static cookie => cookie.Split("; ")[3]));
        Assert.Single(same.SetCookies);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://cookbooks.example.com@evil.example/")]
    [InlineData("%2F%2Fevil.example")]
    [Trait("Attack", "13")]
    public async Task a_place_that_is_not_the_tenants_becomes_the_start_page(string location)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        var answer = await browser.Get(Host, $"/logout/finalize?location={location}");
        var page = await browser.Get("id.ham.test", $"/logout?post_logout_redirect_uri={location}");

        Assert.Equal("/", answer.Location);
        Assert.DoesNotContain("evil", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("alert", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 73")]
    public async Task a_wildcard_tenant_logs_out_from_a_login_host_it_shares_and_the_other_tenant_stays()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        await browser.LogIn(Host, "?for=https://yolk.egg.example.com/&mode=interceptor");
        var page = await browser.Get(Host, "/logout?post_logout_redirect_uri=//yolk.egg.example.com");

        var answer = await browser.Get(Host, LinkIn(page));

        Assert.Equal("//yolk.egg.example.com", answer.Location);
        Assert.Null(browser.CookieNamed("uitsmijter-sso-egg"));
        Assert.NotNull(browser.CookieNamed("uitsmijter-sso"));
        Assert.Equal(SessionEnd.LoggedOut, world.Cluster.Sessions.Values.Single(static session => session.Opened!.Tenant == "egg/egg").Ended);
        Assert.Null(world.Cluster.Sessions.Values.Single(static session => session.Opened!.Tenant == "cheese/cheese").Ended);
    }

    [Fact]
    [Trait("Contract", "http 9.4")]
    public async Task a_shared_login_host_knows_by_the_cookie_who_wants_to_leave()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        var answer = await browser.Get(Host, "/logout/finalize");

        Assert.Equal("/", answer.Location);
        Assert.Equal(SessionEnd.LoggedOut, Assert.Single(world.Cluster.Sessions).Value.Ended);
        Assert.Equal(HttpStatusCode.BadRequest, (await world.OpenBrowser().Get(Host, "/logout/finalize")).Status);
    }

    [Theory]
    [InlineData(Host, Query, "//cookbooks.example.com/")]
    [InlineData(Host, "?for=https://yolk.egg.example.com/&mode=interceptor", null)]
    [InlineData("id.ham.test", "?for=https://id.ham.test/&mode=interceptor", null)]
    public async Task the_start_page_of_a_shared_login_host_knows_where_a_logout_leads(string host, string query, string? place)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(host, query);

        var page = await browser.Get(host, "/");

        Assert.Contains("id=\"logoutButton\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(place, page.Hidden("post_logout_redirect_uri"));
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_copied_cookie_is_worth_nothing_on_every_gateway_after_the_logout()
    {
        await using var world = await LoginWorld.Start();
        await using var other = await LoginWorld.Start(clock: world.Clock, cluster: world.Cluster);
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var thief = other.OpenBrowser();
        thief.Hold("uitsmijter-sso", ".example.com", browser.CookieNamed("uitsmijter-sso")!);
        Assert.Equal(HttpStatusCode.SeeOther, (await thief.Get(Host, $"/login{Query}")).Status);
        var sid = Assert.Single(world.Cluster.Sessions).Key;

        await browser.Get(Host, "/logout/finalize?location=//cookbooks.example.com");
        await Eventually.Holds(() => other.Services.GetRequiredService<RevocationMirror>().IsRevoked(RevocationKind.Session, sid));

        Assert.Equal(HttpStatusCode.OK, (await thief.Get(Host, $"/login{Query}")).Status);
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task every_session_of_doubled_cookies_ends()
    {
        await using var world = await LoginWorld.Start();
        var one = world.OpenBrowser();
        await one.LogIn(Host, Query);
        var other = world.OpenBrowser();
        await other.LogIn(Host, Query, "bob@example.com");
        one.Hold("uitsmijter-sso", $".{Host}", other.CookieNamed("uitsmijter-sso")!);

        await one.Get(Host, "/logout/finalize?location=//cookbooks.example.com");

        Assert.All(world.Cluster.Sessions.Values, static session => Assert.Equal(SessionEnd.LoggedOut, session.Ended));
        Assert.Null(one.CookieNamed("uitsmijter-sso"));
    }

    [Theory]
    [InlineData("cross-site", "no-cors", "image")]
    [InlineData("same-site", "no-cors", "image")]
    [InlineData("cross-site", "navigate", "iframe")]
    [InlineData("cross-site", "no-cors", "script")]
    [Trait("Attack", "21")]
    public async Task an_image_or_frame_on_any_page_logs_nobody_out(string site, string mode, string destination)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        var answer = await browser.Get(
            Host, "/logout/finalize?location=//cookbooks.example.com", ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Empty(answer.SetCookies);
        Assert.Null(Assert.Single(world.Cluster.Sessions).Value.Ended);
    }

    [Fact]
    [Trait("Attack", "21")]
    public async Task an_image_on_plain_http_logs_nobody_out_either()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.IsHttps = false;
        await browser.LogIn("localhost", "?mode=interceptor");

        await browser.Get("localhost", "/logout/finalize", ("Accept", "image/avif,image/webp,*/*;q=0.8"));

        Assert.Null(Assert.Single(world.Cluster.Sessions).Value.Ended);
    }

    [Theory]
    [InlineData("/logout/finalize?location=//cookbooks.example.com")]
    [InlineData("/logout?post_logout_redirect_uri=//cookbooks.example.com")]
    [Trait("Attack", "21")]
    public async Task a_link_on_a_foreign_page_leads_to_a_question_and_the_button_answers_it(string link)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        var page = await browser.Get(Host, link, _crossSiteClick);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("http-equiv=\"refresh\"", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("logout/finalize", page.Body, StringComparison.Ordinal);
        Assert.Null(Assert.Single(world.Cluster.Sessions).Value.Ended);

        // Under Referrer-Policy: no-referrer and without fetch metadata the origin of our own form is "null": the ticket speaks for it.
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["location"] = page.Hidden("location")!, ["ticket"] = page.Hidden("ticket")! });
        var answer = await browser.Post(Host, "/logout", form, ("Origin", "null"));
        Assert.Equal("//cookbooks.example.com", answer.Location);
        Assert.Equal(SessionEnd.LoggedOut, Assert.Single(world.Cluster.Sessions).Value.Ended);
    }

    [Theory]
    [InlineData("Referer", "https://spa.example.net/account")]
    [InlineData("Referer", "https://cookbooks.example.com/")]
    [Trait("Contract", "http 73")]
    public async Task a_link_on_a_page_of_the_tenant_logs_out_by_itself(string header, string value)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        var page = await browser.Get(Host, "/logout?post_logout_redirect_uri=//cookbooks.example.com", [.. _crossSiteClick, (header, value)]);
        Assert.Contains("http-equiv=\"refresh\"", page.Body, StringComparison.Ordinal);

        Assert.Equal("//cookbooks.example.com", (await browser.Get(Host, LinkIn(page))).Location);
        Assert.Equal(SessionEnd.LoggedOut, Assert.Single(world.Cluster.Sessions).Value.Ended);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [Trait("Attack", "21")]
    public async Task a_foreign_form_logs_nobody_out(string header, string value)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);

        var answer = await browser.Post(Host, "/logout?location=//cookbooks.example.com", null, (header, value));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Null(Assert.Single(world.Cluster.Sessions).Value.Ended);
    }

    [Fact]
    [Trait("Attack", "21")]
    public async Task the_ticket_of_an_attackers_browser_logs_nobody_else_out()
    {
        await using var world = await LoginWorld.Start();
        var attackers = await world.OpenBrowser().Get(Host, "/logout?post_logout_redirect_uri=//cookbooks.example.com");
        var victim = world.OpenBrowser();
        await victim.LogIn(Host, Query);

        await victim.Get(Host, LinkIn(attackers), _crossSiteClick);

        Assert.Null(Assert.Single(world.Cluster.Sessions).Value.Ended);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task when_the_session_cannot_be_ended_the_cookie_stays_and_nobody_is_told_otherwise()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        world.Cluster.Outage = new TimeoutException("no silo");

        var answer = await browser.Get(Host, "/logout/finalize?location=//cookbooks.example.com");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.NotNull(browser.CookieNamed("uitsmijter-sso"));

        world.Cluster.Outage = null;
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get(Host, "/logout/finalize?location=//cookbooks.example.com")).Status);
    }

    [Fact]
    public async Task head_logs_nobody_out()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        using var head = new HttpRequestMessage(HttpMethod.Head, "/logout/finalize?location=//cookbooks.example.com");
        head.Headers.Host = Host;
        head.Headers.Add("Cookie", $"uitsmijter-sso={browser.CookieNamed("uitsmijter-sso")}");

        await world.Send(head);

        Assert.Null(Assert.Single(world.Cluster.Sessions).Value.Ended);
    }

    private static string LinkIn(Browser.Answer page)
    {
        var start = page.Body.IndexOf("/logout/finalize", StringComparison.Ordinal);
        return WebUtility.HtmlDecode(page.Body[start..page.Body.IndexOf('"', start)]);
    }
}
