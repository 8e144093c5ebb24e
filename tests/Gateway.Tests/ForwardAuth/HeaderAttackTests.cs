using System.Net;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Attack groups 1 to 8: what headers may not do, over raw sockets where a client library would tidy them up.</summary>
public sealed class HeaderAttackTests
{
    private static readonly string[] _complete =
        ["X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: cookbooks.example.com", "X-Forwarded-Uri: /public/a", "Accept: application/json"];

    [Theory]
    [InlineData("/interceptor")]
    [InlineData("/auth/traefik")]
    [InlineData("/auth/caddy")]
    [InlineData("/auth/nginx")]
    [InlineData("/auth/envoy/public/a")]
    [InlineData("/auth/check")]
    [Trait("Attack", "1")]
    public async Task an_untrusted_peer_is_believed_nothing_not_even_with_a_good_cookie_or_on_a_public_path(string dialect)
    {
        await using var gate = await Gate.Open(settings: static settings => settings with { TrustedProxies = "203.0.113.7" });

        var answer = await gate.RawAsk($"GET {dialect}", [
            .. _complete, "X-Original-Method: GET", "X-Original-URL: https://cookbooks.example.com/public/a", $"Cookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}",
            "X-Forwarded-For: 203.0.113.7", "X-Real-IP: 203.0.113.7", "Forwarded: for=203.0.113.7"]);

        Assert.StartsWith(dialect == "/auth/nginx" ? "HTTP/1.1 403" : "HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("ERRORS.NO_TENANT", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X_Forwarded_Host: goat.example.com")]
    [InlineData("X.Forwarded.Host: cookbooks.example.com")]
    [InlineData("x-forwarded_host: cookbooks.example.com")]
    [InlineData("X_Forwarded_Uri: /public/b")]
    [InlineData("X-Forwarded_Method: GET")]
    [InlineData("X_Forwarded-Proto: https")]
    [InlineData("X-Forwarded-Host: cookbooks.example.com")]
    [InlineData("X-Forwarded-Host: goat.example.com")]
    [InlineData("x-forwarded-uri: /public/a")]
    [InlineData("X-Forwarded-Proto: http")]
    [InlineData("X-FORWARDED-METHOD: OPTIONS")]
    [Trait("Attack", "2")]
    public async Task a_second_spelling_or_a_second_value_denies_even_a_public_path(string second)
    {
        await using var gate = await Gate.Open();

        var first = await gate.RawAsk("GET /auth/traefik", [.. _complete, second]);
        var last = await gate.RawAsk("GET /auth/traefik", [second, .. _complete]);

        Assert.All(new[] { first, last }, static answer => Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("X-Forwarded-Host : cookbooks.example.com")]
    [InlineData(" X-Forwarded-Host: cookbooks.example.com")]
    [InlineData("X-Forwarded-Host\t: cookbooks.example.com")]
    [InlineData("X-Evil: 1\r\n X-Forwarded-Host: goat.example.com")]
    [InlineData("X-Evil: a\nX-Forwarded-Host: goat.example.com")]
    [Trait("Attack", "2")]
    public async Task header_lines_that_bend_the_grammar_never_open_anything(string line)
    {
        await using var gate = await Gate.Open();

        var answer = await gate.RawAsk("GET /auth/traefik", [.. _complete.Where(static one => !one.StartsWith("X-Forwarded-Host", StringComparison.Ordinal)), line]);

        Assert.StartsWith("HTTP/1.1 400", answer.Split('\n')[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection: X-Forwarded-Host")]
    [InlineData("Connection: close, Authorization, X-User-Ident")]
    [InlineData("X-Forwarded-Prefix: /admin")]
    [InlineData("X-Forwarded-Port: 80")]
    [InlineData("X-HTTP-Method-Override: OPTIONS")]
    [InlineData("X-Rewrite-URL: /public/a")]
    [InlineData("X-Original-URL: https://goat.example.com/public/a")]
    [InlineData("Forwarded: host=goat.example.com;proto=http")]
    [InlineData("User-Agent: kube-probe/1.33")]
    [InlineData("User-Agent: GoogleHC/1.0")]
    [InlineData("X-Uitsmijter-Mode: oauth")]
    [Trait("Attack", "6")]
    [Trait("Attack", "8")]
    public async Task headers_nobody_documented_change_nothing(string header)
    {
        await using var gate = await Gate.Open();
        string[] private_ = [.. _complete.Select(static line => line.Replace("/public/a", "/private", StringComparison.Ordinal))];

        var plain = await gate.RawAsk("GET /auth/traefik", private_);
        var attacked = await gate.RawAsk("GET /auth/traefik", [.. private_, header]);

        Assert.StartsWith("HTTP/1.1 401", plain, StringComparison.Ordinal);
        Assert.Equal(WithoutDate(plain), WithoutDate(attacked));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cookbooks.example.com, goat.example.com")]
    [InlineData("cookbooks.example.com:443:443")]
    [InlineData("cookbooks.example.com:99999")]
    [InlineData("cookbooks.example.com.")]
    [InlineData("user@cookbooks.example.com")]
    [InlineData("cookbooks.example.com/..")]
    [InlineData("cookbooks.example.com%00")]
    [InlineData("cookbooks.example.com\tgoat.example.com")]
    [InlineData("[::1")]
    [InlineData("cookbooks.example\u00b7com")]
    [Trait("Attack", "3")]
    public async Task an_odd_host_is_nobodys(string host)
    {
        await using var gate = await Gate.Open();

        var answer = await gate.RawAsk("GET /auth/traefik", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", $"X-Forwarded-Host: {host}", "X-Forwarded-Uri: /public/a");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "3")]
    public async Task case_and_port_of_a_host_change_nothing()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("CookBooks.Example.COM:8443", cookie: gate.CookieOf(Some.Cheese));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("ws", "http")]
    [InlineData("wss", "https")]
    [InlineData("HTTPS", "https")]
    [InlineData("http", "http")]
    [Trait("Attack", "5")]
    public async Task a_web_socket_counts_as_the_scheme_that_carries_it(string proto, string scheme)
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", headers: new() { ["X-Forwarded-Proto"] = proto });

        Assert.StartsWith($"{scheme}://login.example.com/login?for={scheme}%3A%2F%2F", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https,http")]
    [InlineData("https, https")]
    [InlineData("javascript")]
    [InlineData("https:")]
    [InlineData("")]
    [InlineData("ftp")]
    [Trait("Attack", "5")]
    public async Task any_other_scheme_denies(string proto)
    {
        await using var gate = await Gate.Open();

        var answer = await gate.RawAsk("GET /auth/traefik", "X-Forwarded-Method: GET", $"X-Forwarded-Proto: {proto}", "X-Forwarded-Host: cookbooks.example.com", "X-Forwarded-Uri: /public/a");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Attack", "1")]
    public async Task each_documented_header_is_needed_and_none_stands_in_for_another(int missing)
    {
        await using var gate = await Gate.Open();

        var answer = await gate.RawAsk("GET /auth/traefik", [.. _complete.Where((_, i) => i != missing), "X-Original-Method: GET", "X-Original-URL: https://cookbooks.example.com/public/a", "Forwarded: host=cookbooks.example.com"]);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "1")]
    public async Task nginx_with_two_descriptions_of_the_request_is_refused()
    {
        await using var gate = await Gate.Open();

        var answer = await gate.RawAsk("GET /auth/nginx", "X-Original-Method: GET", "X-Original-URL: https://cookbooks.example.com/public/a", "X-Original-URI: /public/a", "X-Forwarded-Proto: https", "X-Forwarded-Host: cookbooks.example.com");

        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "7")]
    public async Task on_a_public_path_every_identity_header_is_there_and_empty_whatever_the_client_sent()
    {
        await using var gate = await Gate.Open();

        var answer = await gate.RawAsk("GET /auth/traefik", [.. _complete, "Authorization: Basic YTpi", "X-User-Ident: admin", "X-User-Email: admin@example.com"]);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        var lines = answer.Split("\r\n");
        Assert.All(new[] { "Authorization:", "X-User-Ident:", "X-User-Email:", "X-User-Role:" }, name => Assert.Equal(name, Assert.Single(lines, line => line.StartsWith(name, StringComparison.Ordinal)).TrimEnd()));
        Assert.DoesNotContain("admin", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "7")]
    public async Task a_value_we_do_not_have_is_sent_empty()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", cookie: gate.CookieOf(Some.Cheese, change: static session => session with { ProfileJson = null }));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("", answer.Headers.GetValues("X-User-Email").Single());
    }

    [Fact]
    [Trait("Attack", "7")]
    public async Task a_value_can_neither_end_its_header_nor_lose_its_ends()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese, change: static session => session with { Subject = " adm\r\nX-User-Role: root\u00fc% ", ProfileJson = """{"email":"a\u0000b"}""" });

        using var answer = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.Equal("%20adm%0D%0AX-User-Role: root%C3%BC%25%20", answer.Headers.GetValues("X-User-Ident").Single());
        Assert.Equal("a%00b", answer.Headers.GetValues("X-User-Email").Single());
        Assert.Equal("user", answer.Headers.GetValues("X-User-Role").Single());
    }

    private static string WithoutDate(string answer) => string.Join('\n', answer.Split('\n').Where(static line => !line.StartsWith("Date:", StringComparison.Ordinal)));
}
