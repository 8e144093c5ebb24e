using System.Net;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Attack groups 9, 10 and 12: what targets may not do.</summary>
public sealed class PathAttackTests
{
    [Theory]
    [InlineData("/public/../secret")]
    [InlineData("/public/%2e%2e/secret")]
    [InlineData("/public/%2E./secret")]
    [InlineData("/public/..;/secret")]
    [InlineData("/public/..;x=y/secret")]
    [InlineData("/public;x=y/../secret")]
    [InlineData("/public//secret")]
    [InlineData("//public/secret")]
    [InlineData("/./public/a")]
    [InlineData("/public%2f..%2fsecret")]
    [InlineData("/public/%2e%2e%2fsecret")]
    [InlineData("/public\\..\\secret")]
    [InlineData("/public/%5c..%5csecret")]
    [InlineData("/public/a%00.html")]
    [InlineData("/public/%252e%252e/secret")]
    [InlineData("/public/%c0%ae%c0%ae/secret")]
    [InlineData("/public/%e0%80%ae/secret")]
    [InlineData("/public/%ef%bc%8e%ef%bc%8e/secret")]
    [InlineData("/public/a.")]
    [InlineData("/public/a%20")]
    [InlineData("/public/%")]
    [InlineData("/public/%zz")]
    [InlineData("/PUBLIC/a")]
    [InlineData("/public%3f/../secret")]
    [InlineData("/secret?/public/a")]
    [InlineData("/secret%3f/public/a")]
    [InlineData("/secret%23/public/a")]
    [Trait("Attack", "9")]
    [Trait("Attack", "10")]
    public async Task a_suspicious_path_is_never_public_and_still_open_with_a_login(string target)
    {
        await using var gate = await Gate.Open();

        using var anonymous = await gate.Ask("cookbooks.example.com", target, headers: new() { ["Accept"] = "application/json" });
        using var loggedIn = await gate.Ask("cookbooks.example.com", target, gate.CookieOf(Some.Cheese));

        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.OK, loggedIn.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("public/a")]
    [InlineData("?x")]
    [InlineData("*")]
    [InlineData("https://cookbooks.example.com/public/a")]
    [InlineData("http://evil.test/public/a")]
    [InlineData("/public/a#b")]
    [InlineData("/secret#/../public/a")]
    [InlineData("/public/a b")]
    [InlineData("/public/\u007f")]
    [Trait("Attack", "10")]
    public async Task an_empty_or_malformed_uri_denies_whoever_asks(string target)
    {
        await using var gate = await Gate.Open();
        var cookie = $"Cookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}";

        var answer = await gate.RawAsk("GET /auth/traefik", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: cookbooks.example.com", $"X-Forwarded-Uri: {target}", cookie);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/public")]
    [InlineData("/public/")]
    [InlineData("/public/a/b.css?x=/../y")]
    [InlineData("/public/%61")]
    [InlineData("/public/ma%C3%9F%20e")]
    public async Task a_plain_public_path_needs_no_login(string target)
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", target, headers: new() { ["Accept"] = "application/json" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET /auth/envoy/../login")]
    [InlineData("GET /auth/envoy/..%2flogin")]
    [InlineData("GET /auth/envoy/%2e%2e/login")]
    [InlineData("GET /auth/envoy/%2e%2e%2flogin")]
    [InlineData("GET /auth/envoy/.%2e/%2e./login")]
    [InlineData("GET /auth/envoy/x/./y")]
    [InlineData("GET /auth/envoy/x/..;/y")]
    [InlineData("GET /auth/envoy/x\\..\\y")]
    [InlineData("GET /auth/envoy/%252e%252e/login")]
    [InlineData("GET /auth/envoy")]
    [InlineData("GET /auth/envoy?x")]
    [InlineData("GET /auth/envoy#/login")]
    [Trait("Attack", "10")]
    public async Task behind_envoys_prefix_dot_segments_are_refused_however_they_are_spelled(string line)
    {
        await using var gate = await Gate.Open();

        var answer = await gate.Raw($"{line} HTTP/1.1\r\nHost: cookbooks.example.com\r\nConnection: close\r\nX-Forwarded-Proto: https\r\nCookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(Gate.OtherRoute, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/auth/envoy")]
    [InlineData("/interceptor/../login")]
    [InlineData("/interceptor/x")]
    [InlineData("/interceptor%2f..%2flogin")]
    [InlineData("/interceptor;x/../login")]
    [InlineData("/auth/check/../../login")]
    [InlineData("/auth/traefik/")]
    [InlineData("/auth/other")]
    [InlineData("/auth")]
    [InlineData("/AUTH/ENVOY/../../login")]
    [InlineData("/x/../interceptor")]
    [InlineData("/%69nterceptor")]
    [InlineData("/%61uth/envoy/x")]
    [InlineData("http://gateway/auth/envoy/../../login")]
    [InlineData("http://gateway/interceptor")]
    [InlineData("HTTP://gateway/auth/envoy/x")]
    [Trait("Attack", "10")]
    public async Task no_other_spelling_of_our_prefixes_reaches_a_route_or_opens_anything(string target)
    {
        await using var gate = await Gate.Open();

        var answer = await gate.RawAsk($"GET {target}", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: cookbooks.example.com", "X-Forwarded-Uri: /public/a", $"Cookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}");

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(Gate.OtherRoute, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task envoys_question_is_the_original_request_itself()
    {
        await using var gate = await Gate.Open();

        var anonymous = await gate.Raw("GET /auth/envoy/a%2Fb?x=1&y=2 HTTP/1.1\r\nHost: cookbooks.example.com\r\nConnection: close\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: goat.example.com\r\nX-Forwarded-Uri: /public/a\r\n\r\n");
        var post = await gate.Raw("POST /auth/envoy/x HTTP/1.1\r\nHost: cookbooks.example.com\r\nConnection: close\r\nX-Forwarded-Proto: https\r\nContent-Length: 0\r\n\r\n");
        var publicPath = await gate.Raw("GET /auth/envoy/public/a HTTP/1.1\r\nHost: cookbooks.example.com\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 302", anonymous, StringComparison.Ordinal);
        Assert.Contains("for=https%3A%2F%2Fcookbooks.example.com%2Fa%252Fb%3Fx%3D1%26y%3D2&", anonymous, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", post, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", publicPath, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "12")]
    public async Task ten_thousand_paths_and_hosts_of_one_login_leave_nothing_behind()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Egg);

        for (var i = 0; i < 500; i++)
        {
            using var answer = await gate.Ask($"h{i}.egg.example.com", $"/{i}/{new string('x', 3000)}", cookie);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(1, gate.Known.Count);
    }
}
