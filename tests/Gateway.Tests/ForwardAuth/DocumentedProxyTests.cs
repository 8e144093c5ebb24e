using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Attack groups 2, 7, 9 and 11 through real proxies, configured as the documentation says.</summary>
public sealed class DocumentedProxyTests
{
    private static readonly string[] _spoofed =
    [
        "Authorization: Basic YTpi", "X-User-Ident: admin", "X-User-Email: admin@example.com",
        "X-Forwarded-Host: goat.example.com", "X-Forwarded-Uri: /public/a", "X-Forwarded-Method: OPTIONS", "X-Forwarded-Proto: http",
        "X-Original-URL: http://goat.example.com/public/a", "X-Original-URI: /public/a", "X-Original-Method: OPTIONS", "X-Rewrite-URL: /public/a",
    ];

    [Theory]
    [InlineData("caddy")]
    [InlineData("nginx")]
    [Trait("Attack", "7")]
    public async Task what_a_client_says_about_itself_never_reaches_the_application(string name)
    {
        await using var gate = await Gate.Open();
        await using var proxy = await GateBehindProxy.Start(name, gate);
        Assert.SkipWhen(proxy is null, $"{name} is not installed");

        // The name under which the Caddy configuration carries the token for a moment is a secret from nobody.
        string[] spoofed = name == "caddy" ? [.. _spoofed, "X-Uitsmijter-Authorization: Bearer evil"] : _spoofed;
        var anonymous = await proxy!.Raw("GET /public/a", "cookbooks.example.com", spoofed);
        var loggedIn = await proxy.Raw("GET /private?a=1&b=2", "cookbooks.example.com", [.. spoofed, $"Cookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}"]);

        Assert.StartsWith("HTTP/1.1 200", anonymous, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", anonymous, StringComparison.Ordinal);
        Assert.DoesNotContain("Basic", anonymous, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", anonymous, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", loggedIn, StringComparison.Ordinal);
        Assert.Contains("target: /private?a=1&b=2\n", loggedIn, StringComparison.Ordinal);
        Assert.Contains("X-USER-IDENT: subject-of-ada\n", loggedIn, StringComparison.Ordinal);
        Assert.Contains("X-USER-EMAIL: ada@example.com\n", loggedIn, StringComparison.Ordinal);
        Assert.Contains("AUTHORIZATION: Bearer ey", loggedIn, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", loggedIn, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", loggedIn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("caddy")]
    [InlineData("nginx")]
    [Trait("Attack", "1")]
    public async Task described_headers_of_a_client_open_no_private_path(string name)
    {
        await using var gate = await Gate.Open();
        await using var proxy = await GateBehindProxy.Start(name, gate);
        Assert.SkipWhen(proxy is null, $"{name} is not installed");

        foreach (var header in _spoofed.Append("X_Forwarded_Uri: /public/a").Append("X.Forwarded.Host: goat.example.com").Append("Connection: X-Forwarded-Host, X-Original-URL"))
        {
            var answer = await proxy!.Raw("GET /private", "cookbooks.example.com", header, "Accept: application/json");
            Assert.DoesNotContain("target:", answer, StringComparison.Ordinal);
            Assert.DoesNotContain(" 200 ", answer.Split('\n')[0], StringComparison.Ordinal);
            Assert.DoesNotContain(" 500 ", answer.Split('\n')[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("caddy")]
    [InlineData("nginx")]
    public async Task a_person_is_redirected_and_a_script_is_told(string name)
    {
        await using var gate = await Gate.Open();
        await using var proxy = await GateBehindProxy.Start(name, gate);
        Assert.SkipWhen(proxy is null, $"{name} is not installed");

        var person = await proxy!.Raw("GET /a%2Fb?x=1&y=%23", "cookbooks.example.com", "Accept: text/html", "Sec-Fetch-Mode: navigate");
        var script = await proxy.Raw("GET /a", "cookbooks.example.com", "Sec-Fetch-Mode: cors");
        var post = await proxy.Raw("POST /a", "cookbooks.example.com", "Content-Length: 0");
        var bearer = await proxy.Raw("GET /a", "cookbooks.example.com", "Authorization: Bearer a.b.c", "Sec-Fetch-Mode: navigate");

        Assert.StartsWith("HTTP/1.1 302", person, StringComparison.Ordinal);
        Assert.Matches("(?m)^Location: http://login\\.example\\.com/login\\?for=http%3A%2F%2Fcookbooks\\.example\\.com(%3A[0-9]+)?%2Fa%252Fb%3Fx%3D1%26y%3D%2523&mode=interceptor", person);
        Assert.All(new[] { script, post }, static answer =>
        {
            Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
            Assert.Contains("X-Login-Url: http://login.example.com/login?for=", answer, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("\r\nLocation:", answer, StringComparison.OrdinalIgnoreCase);
        });
        Assert.StartsWith("HTTP/1.1 401", bearer, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate: Bearer error=\"invalid_token\"", bearer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("caddy")]
    [InlineData("nginx")]
    [Trait("Standard", "RFC 9470")]
    public async Task a_person_with_a_weak_login_is_redirected_and_programs_get_the_challenge_whole(string name)
    {
        const string Challenge = "WWW-Authenticate: Bearer error=\"insufficient_user_authentication\", error_description=\"A stronger login is required\", acr_values=\"urn:acme:gold urn:acme:silver\"\r\n";
        var tenant = Some.Cheese with
        {
            Algorithm = SigningAlgorithm.ES256,
            Interceptor = Some.Cheese.Interceptor with { Requirement = new LoginRequirement { AcrValues = ["urn:acme:gold", "urn:acme:silver"] } },
        };
        await using var gate = await Gate.Open([tenant]);
        await using var proxy = await GateBehindProxy.Start(name, gate);
        Assert.SkipWhen(proxy is null, $"{name} is not installed");
        var weak = $"Cookie: uitsmijter-sso={gate.CookieOf(tenant)}";
        var strong = $"Cookie: uitsmijter-sso={gate.CookieOf(tenant, change: static session => session with { Acr = "urn:acme:silver" })}";
        var now = gate.Clock.GetUtcNow().ToUnixTimeSeconds();
        var token = gate.Cluster.Sign(
            tenant,
            $$"""{"alg":"ES256","kid":"kid-{{tenant.Name}}","typ":"at+jwt"}""",
            $$"""{"iss":"https://login.example.com","sub":"ada","aud":"cookbooks.example.com","exp":{{now + 3600}},"iat":{{now}},"tenant":"{{tenant.Name}}","acr":"urn:acme:bronze"}""");

        var person = await proxy!.Raw("GET /a", "cookbooks.example.com", weak, "Accept: text/html", "Sec-Fetch-Mode: navigate");
        var script = await proxy.Raw("GET /a", "cookbooks.example.com", weak, "Sec-Fetch-Mode: cors");
        var bearer = await proxy.Raw("GET /a", "cookbooks.example.com", $"Authorization: Bearer {token}", "Sec-Fetch-Mode: navigate");
        var opened = await proxy.Raw("GET /a", "cookbooks.example.com", strong, "Sec-Fetch-Mode: cors");

        Assert.StartsWith("HTTP/1.1 302", person, StringComparison.Ordinal);
        Assert.Matches("(?m)^Location: http://login\\.example\\.com/login\\?for=[^&]+&mode=interceptor", person);
        Assert.All(new[] { script, bearer }, static answer =>
        {
            Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
            Assert.Contains(Challenge, answer, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("target:", answer, StringComparison.Ordinal);
        });
        Assert.Contains("X-Login-Url: http://login.example.com/login?for=", script, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Login-Url: http", bearer, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("HTTP/1.1 200", opened, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("caddy")]
    [InlineData("nginx")]
    [Trait("Attack", "9")]
    [Trait("Attack", "11")]
    public async Task no_spelling_of_a_private_path_is_let_through_as_public(string name)
    {
        await using var gate = await Gate.Open();
        await using var proxy = await GateBehindProxy.Start(name, gate);
        Assert.SkipWhen(proxy is null, $"{name} is not installed");

        foreach (var target in new[]
        {
            "/public/../private", "/public/%2e%2e/private", "/public/..;/private", "/public//../private", "/public%2f..%2fprivate", "/public/..%2fprivate",
            "/public\\..\\private", "/public/%252e%252e/private", "/public/%c0%ae%c0%ae/private", "/public/a%00", "/PUBLIC/a", "/private?/public/a", "/private;/public/a",
        })
        {
            var answer = await proxy!.Raw($"GET {target}", "cookbooks.example.com", "Accept: application/json");
            Assert.DoesNotContain("target:", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("caddy")]
    [InlineData("nginx")]
    public async Task the_login_host_does_not_answer_questions(string name)
    {
        await using var gate = await Gate.Open();
        await using var proxy = await GateBehindProxy.Start(name, gate);
        Assert.SkipWhen(proxy is null, $"{name} is not installed");

        foreach (var target in new[] { "/interceptor", "/auth/traefik", "/auth/envoy/x", "/%61uth/check", "/x/../interceptor" })
        {
            var answer = await proxy!.Raw($"GET {target}", "login.example.com", [.. _spoofed[3..], $"Cookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}"]);
            Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        }

        Assert.Contains(Gate.OtherRoute, await proxy!.Raw("GET /login", "login.example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task nginx_hands_the_renewed_cookie_to_the_browser()
    {
        await using var gate = await Gate.Open(settings: static settings => settings with { Secure = false });
        await using var proxy = await GateBehindProxy.Start("nginx", gate);
        Assert.SkipWhen(proxy is null, "nginx is not installed");
        gate.Cluster.Renew = (_, _, life) => new GrainInterfaces.Sessions.SessionOutcome.Alive(Some.Session(Some.Cheese) with { ExpiresAt = gate.Clock.GetUtcNow() + life });
        var cookie = gate.CookieOf(Some.Cheese);
        await gate.Advance(Some.CookieLife * 0.8);

        var answer = await proxy!.Raw("GET /private", "cookbooks.example.com", $"Cookie: uitsmijter-sso={cookie}");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("Set-Cookie: uitsmijter-sso=ey", answer, StringComparison.Ordinal);
    }
}
