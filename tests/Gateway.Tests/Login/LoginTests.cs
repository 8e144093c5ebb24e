using System.Net;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

public sealed class LoginTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https%3A%2F%2Fcookbooks.example.com%2Fsoup%3Fa%3D1%26b%3D%252F&mode=interceptor";
    private const string Target = "https://cookbooks.example.com/soup?a=1&b=%2F";

    [Fact]
    [Trait("Contract", "http 39")]
    public async Task the_login_page_has_the_fields_people_and_tests_look_for()
    {
        await using var world = await LoginWorld.Start();
        var page = await world.OpenBrowser().Get(Host, $"/login{Query}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("name=\"username\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"password\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("action=\"/login\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(Target, page.Hidden("location"));
        Assert.Equal("interceptor", page.Hidden("mode"));
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
    }

    [Fact]
    [Trait("Contract", "http 39")]
    public async Task the_login_page_is_shown_without_a_content_type_or_accept_too()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.Headers.Clear();

        Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}", ("Accept", "text/html"))).Status);
    }

    [Fact]
    [Trait("Attack", "41")]
    public async Task a_subject_no_cookie_can_carry_is_told_at_once_instead_of_a_login_that_never_holds()
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Decide = static _ => new Approval(new string('s', 5000));

        var answer = await world.OpenBrowser().LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("uitsmijter-sso=", answer.Headers.GetValueOrDefault("Set-Cookie") ?? "", StringComparison.Ordinal);
        Assert.Single(world.Logs, static line => line.Contains("no cookie can carry it", StringComparison.Ordinal));
        Assert.All(world.Cluster.Sessions.Values, static session => Assert.NotNull(session.Ended));
    }

    [Fact]
    public async Task the_start_page_shows_a_profile_that_did_not_fit_into_the_cookie()
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Decide = static _ => new Approval("ada") { ProfileJson = $$"""{"note":"{{new string('x', 5000)}}","city":"Wonderland"}""" };
        var browser = world.OpenBrowser();

        await browser.LogIn("localhost", "?for=/");
        var page = await browser.Get("localhost", "/");

        Assert.Contains("Wonderland", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https:evil")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://good@evil.example/")]
    [Trait("Contract", "http 41")]
    [Trait("Attack", "13")]
    public async Task an_unreadable_location_is_412(string location)
    {
        await using var world = await LoginWorld.Start();
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = "ada", ["password"] = "x", ["location"] = location });

        var answer = await world.OpenBrowser().Post(Host, "/login", form, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.Status);
        Assert.Contains("LOGIN.ERRORS.MISSING_LOCATION", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 42")]
    [Trait("Contract", "http 70")]
    public async Task a_wrong_password_stays_on_the_page_with_its_target()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        var answer = await browser.LogIn(Host, Query, password: "wrong");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("data-error=\"LOGIN.ERRORS.WRONG_CREDENTIALS\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.Contains($"action=\"//{Host}/login\"", answer.Body, StringComparison.Ordinal);
        Assert.Null(browser.CookieNamed("uitsmijter-sso"));

        // The page that came back works.
        Assert.Equal(Target, (await browser.Submit(Host, answer, "ada@example.com", FakeProvider.Password)).Location);
    }

    [Fact]
    [Trait("Contract", "http 42")]
    [Trait("Attack", "13")]
    public async Task a_target_outside_the_tenant_is_403_although_the_ticket_is_missing_too()
    {
        await using var world = await LoginWorld.Start();
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["username"] = "ada", ["password"] = FakeProvider.Password, ["location"] = "https://evil.example/",
        });

        var answer = await world.OpenBrowser().Post("id.ham.test", "/login", form, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("ERRORS.REDIRECT_MISMATCH", answer.Body, StringComparison.Ordinal);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Fact]
    [Trait("Contract", "http 43")]
    [Trait("Contract", "http 70")]
    [Trait("Attack", "16")]
    public async Task success_is_303_to_the_exact_target_with_the_cookie_of_the_contract()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        var answer = await browser.LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(Target, answer.Location);
        Assert.Equal("0", answer.Headers["Content-Length"]);
        Assert.Equal("", answer.Body);
        var cookie = Assert.Single(answer.SetCookies, static cookie => cookie.StartsWith("uitsmijter-sso=", StringComparison.Ordinal));
        Assert.Matches(@"^uitsmijter-sso=[\w\-.]+; Expires=[^;]+ GMT; Max-Age=604800; Domain=\.example\.com; Path=/; Secure; HttpOnly; SameSite=Lax$", cookie);
    }

    [Fact]
    [Trait("Contract", "http 44")]
    public async Task what_the_script_says_becomes_the_session()
    {
        await using var world = await LoginWorld.Start();

        await world.OpenBrowser().LogIn(Host, Query, "Ada@Example.com");

        var session = Assert.Single(world.Cluster.Sessions).Value.Opened!;
        Assert.Equal("subject-of-Ada@Example.com", session.Subject);
        Assert.Equal("Ada@Example.com", session.User);
        Assert.Equal("user", session.Role);
        Assert.Equal("interceptor", session.Mode);
        Assert.Equal(["user:list"], session.ProviderScopes);
        Assert.Equal("dbf0dea75e338e296e034be7b3d69aab4407771f", session.Responsibility);
    }

    [Theory]
    [InlineData("interceptor", "oauth", "interceptor")]
    [InlineData("oauth", "interceptor", "authorization_code")]
    [InlineData("nonsense", null, "authorization_code")]
    [InlineData("", "interceptor", "authorization_code")]
    [InlineData(null, "interceptor", "interceptor")]
    [InlineData(null, null, "authorization_code")]
    [Trait("Contract", "http 69")]
    [Trait("Attack", "6")]
    public async Task the_script_is_told_what_the_login_is_for_whatever_a_proxy_adds(string? query, string? header, string expected)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        if (header is not null)
        {
            browser.Headers["X-Uitsmijter-Mode"] = header;
        }

        await browser.LogIn(Host, $"?for=https://cookbooks.example.com/{(query is null ? "" : $"&mode={query}")}");

        Assert.Equal(expected, Assert.Single(world.Cluster.Provider.Asked).Request.GrantType);
    }

    [Fact]
    [Trait("Attack", "1")]
    public async Task a_mode_header_of_a_stranger_counts_for_nothing()
    {
        await using var world = await LoginWorld.Start(new() { TrustedProxies = "10.9.8.7", Secure = false });
        var browser = world.OpenBrowser();
        browser.Headers["X-Uitsmijter-Mode"] = "interceptor";
        browser.Headers["X-Forwarded-Host"] = "id.ham.test";

        await browser.LogIn(Host, "?for=https://cookbooks.example.com/");

        var (tenant, request) = Assert.Single(world.Cluster.Provider.Asked);
        Assert.Equal("cheese/cheese", tenant);
        Assert.Equal("authorization_code", request.GrantType);
    }

    [Fact]
    [Trait("Attack", "6")]
    public async Task the_forwarded_address_of_a_proxy_is_no_target()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.Headers["X-Forwarded-Uri"] = "https://evil.example/";

        Assert.Equal(Target, (await browser.LogIn(Host, Query)).Location);
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task every_login_has_a_new_session_id_and_ends_the_one_before()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");
        await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);
        var first = Assert.Single(world.Cluster.Sessions).Key;

        await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);

        Assert.Equal(2, world.Cluster.Sessions.Count);
        Assert.Equal(SessionEnd.Replaced, world.Cluster.Sessions[first].Ended);
        Assert.All(world.Cluster.Sessions.Keys, static sid => Assert.Equal(43, sid.Length));
    }

    [Theory]
    [InlineData(ScriptFailure.TimedOut, 504)]
    [InlineData(ScriptFailure.Busy, 503)]
    [InlineData(ScriptFailure.NoProvider, 503)]
    [InlineData(ScriptFailure.Threw, 503)]
    [InlineData(ScriptFailure.LimitExceeded, 503)]
    [Trait("Contract", "configuration 3.6")]
    public async Task a_script_that_cannot_decide_lets_nobody_in_and_counts_against_nobody(ScriptFailure failure, int status)
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Failure = failure;

        var answer = await world.OpenBrowser().LogIn(Host, Query);

        Assert.Equal(status, (int)answer.Status);
        Assert.Contains("ERRORS.SERVICE_UNAVAILABLE", answer.Body, StringComparison.Ordinal);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.All(world.Cluster.Throttles.Values, static counter => Assert.Equal((1, 1, 0), (counter.Taken, counter.GivenBack, counter.Forgiven)));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_cluster_that_fails_lets_nobody_in_and_keeps_the_target()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");
        world.Cluster.Outage = new InvalidOperationException("storage is away");

        var answer = await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.DoesNotContain("storage is away", answer.Everything, StringComparison.Ordinal);
        Assert.Null(browser.CookieNamed("uitsmijter-sso"));
    }

    [Fact]
    public async Task before_the_catalog_is_there_nothing_is_said_about_hosts()
    {
        await using var world = await LoginWorld.Start(null, null, null, publish: false);

        var answer = await world.OpenBrowser().Get(Host, "/login", ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("NO_TENANT", answer.Body, StringComparison.Ordinal);
    }
}
