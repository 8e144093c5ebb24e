using System.Net;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>What each proxy is answered: the table of proxies.md B.3.</summary>
public sealed class DialectTests
{
    private const string Login = "https://login.example.com/login?for=https%3A%2F%2Fcookbooks.example.com%2Fx&mode=interceptor";

    public static TheoryData<string, string, int, bool, bool> EachAnswer { get; } = new()
    {
        // dialect, Sec-Fetch-Mode, status, Location, X-Login-Url
        { "/interceptor", "navigate", 307, true, false },
        { "/interceptor", "cors", 401, true, true },
        { "/auth/traefik", "navigate", 302, true, false },
        { "/auth/traefik", "cors", 401, false, true },
        { "/auth/caddy", "navigate", 302, true, false },
        { "/auth/caddy", "cors", 401, false, true },
        { "/auth/nginx", "navigate", 401, true, true },
        { "/auth/nginx", "cors", 401, false, true },
        { "/auth/envoy/x", "navigate", 302, true, false },
        { "/auth/envoy/x", "cors", 401, false, true },
        { "/auth/check", "navigate", 401, false, true },
        { "/auth/check", "cors", 401, false, true },
    };

    [Theory, MemberData(nameof(EachAnswer))]
    public async Task each_proxy_is_answered_in_words_it_understands(string dialect, string mode, int status, bool location, bool loginUrl)
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Send(HttpMethod.Get, dialect, Question(mode), "cookbooks.example.com");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(location ? Login : null, answer.Headers.Location?.OriginalString);
        Assert.Equal(loginUrl ? Login : null, answer.Headers.TryGetValues("X-Login-Url", out var values) ? values.Single() : null);
        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.ToString() == "Bearer");
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("/interceptor")]
    [InlineData("/auth/traefik")]
    [InlineData("/auth/caddy")]
    [InlineData("/auth/nginx")]
    [InlineData("/auth/envoy/x")]
    [InlineData("/auth/check")]
    public async Task allow_is_exactly_200_with_every_identity_header(string dialect)
    {
        await using var gate = await Gate.Open();
        var question = Question("cors");
        question["Cookie"] = "uitsmijter-sso=" + gate.CookieOf(Some.Cheese);

        using var answer = await gate.Send(HttpMethod.Get, dialect, question, "cookbooks.example.com");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("Bearer ey", answer.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
        Assert.Equal("subject-of-ada", answer.Headers.GetValues("X-User-Ident").Single());
        Assert.Equal("ada@example.com", answer.Headers.GetValues("X-User-Email").Single());
        Assert.Equal("user", answer.Headers.GetValues("X-User-Role").Single());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task the_forwarded_method_decides_about_a_redirect_and_not_the_questions(string method)
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", dialect: "/interceptor", headers: new() { ["X-Forwarded-Method"] = method, ["Sec-Fetch-Mode"] = "navigate" });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", null, null, 302)]
    [InlineData("HEAD", null, "text/html", 302)]
    [InlineData("GET", null, "application/json, */*", 302)]
    [InlineData("GET", null, "application/json", 401)]
    [InlineData("GET", "no-cors", "text/html", 401)]
    [InlineData("GET", "navigate", "application/json", 302)]
    public async Task navigation_is_judged_by_fetch_metadata_and_only_without_it_by_accept(string method, string? mode, string? accept, int status)
    {
        await using var gate = await Gate.Open();
        var question = Question(mode);
        question["X-Forwarded-Method"] = method;
        question.Remove("Accept");
        if (accept is not null)
        {
            question["Accept"] = accept;
        }

        using var answer = await gate.Send(HttpMethod.Get, "/auth/traefik", question);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task questions_may_come_with_any_method_and_a_body_nobody_reads()
    {
        await using var gate = await Gate.Open();

        var answer = await gate.Raw(
            "POST /auth/traefik HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Length: 5\r\nX-Forwarded-Method: POST\r\nX-Forwarded-Proto: https\r\n" +
            $"X-Forwarded-Host: cookbooks.example.com\r\nX-Forwarded-Uri: /\r\nCookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}\r\n\r\nhello");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task nginx_may_describe_the_request_by_uri_and_forwarded_host_instead_of_a_whole_url()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Send(HttpMethod.Get, "/auth/nginx", new()
        {
            ["X-Original-Method"] = "GET",
            ["X-Original-URI"] = "/x",
            ["X-Forwarded-Proto"] = "https",
            ["X-Forwarded-Host"] = "cookbooks.example.com",
            ["Sec-Fetch-Mode"] = "navigate",
        });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(Login, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task nginx_is_never_answered_with_a_status_it_turns_into_500()
    {
        await using var gate = await Gate.Open();

        using var unknownHost = await gate.Send(HttpMethod.Get, "/auth/nginx", new() { ["X-Original-Method"] = "GET", ["X-Original-URL"] = "https://unknown.test/" });
        using var nothing = await gate.Send(HttpMethod.Get, "/auth/nginx", []);

        Assert.Equal(HttpStatusCode.Forbidden, unknownHost.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, nothing.StatusCode);
    }

    [Fact]
    public async Task a_target_longer_than_the_login_page_can_be_asked_with_loses_its_query_first()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", "/long?" + new string('a', 7100));

        Assert.Equal("https://login.example.com/login?for=https%3A%2F%2Fcookbooks.example.com%2Flong&mode=interceptor", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task a_port_of_the_application_is_kept_in_the_target()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com:8443", "/x");

        Assert.Contains("for=https%3A%2F%2Fcookbooks.example.com%3A8443%2Fx&", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task other_routes_are_left_alone()
    {
        await using var gate = await Gate.Open();

        foreach (var target in new[] { "/", "/login", "/authorize?x=/auth/envoy/", "/authx", "/interceptors", "/css/a.css", "/x/auth/traefik" })
        {
            using var answer = await gate.Send(HttpMethod.Get, target, []);
            Assert.Equal(Gate.OtherRoute, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>One description of <c>https://cookbooks.example.com/x</c> for every dialect at once; each reads its own.</summary>
    private static Dictionary<string, string> Question(string? mode)
    {
        var question = new Dictionary<string, string>
        {
            ["X-Forwarded-Method"] = "GET",
            ["X-Forwarded-Proto"] = "https",
            ["X-Forwarded-Host"] = "cookbooks.example.com",
            ["X-Forwarded-Uri"] = "/x",
            ["X-Original-Method"] = "GET",
            ["X-Original-URL"] = "https://cookbooks.example.com/x",
            ["Accept"] = "text/html",
        };
        if (mode is not null)
        {
            question["Sec-Fetch-Mode"] = mode;
        }

        return question;
    }
}
