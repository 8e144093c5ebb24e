using System.Net;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Both doors of a tenant that asks for strong and young logins: access tokens and login cookies, in the words of every proxy.</summary>
[Trait("Standard", "RFC 9470")]
public sealed class StepUpTests : IDisposable
{
    private const string Gold = "urn:acme:gold";
    private const string Host = "cookbooks.example.com";
    private const string Login = "https://login.example.com/login?for=https%3A%2F%2Fcookbooks.example.com%2Fx&mode=interceptor";
    private const string Parameters =
        "error=\"insufficient_user_authentication\", error_description=\"A stronger or more recent login is required\", acr_values=\"urn:acme:gold urn:acme:silver\", max_age=\"600\"";
    private const string Header = """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt"}""";

    private static readonly LoginRequirement _requirement = new() { AcrValues = [Gold, "urn:acme:silver"], MaxAge = TimeSpan.FromMinutes(10) };

    private static readonly Tenant _tenant = Asking(_requirement) with { Name = "spa", Algorithm = SigningAlgorithm.ES256 };

    private readonly DpopKey _key = new();

    public void Dispose() => _key.Dispose();

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
    public async Task a_weak_cookie_is_answered_in_words_each_proxy_understands(string dialect, string mode, int status, bool location, bool loginUrl)
    {
        await using var gate = await Gate.Open([_tenant]);
        var question = Question(mode);
        question["Cookie"] = "uitsmijter-sso=" + gate.CookieOf(_tenant);

        using var answer = await gate.Send(HttpMethod.Get, dialect, question, Host);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(location ? Login : null, answer.Headers.Location?.OriginalString);
        Assert.Equal(loginUrl ? Login : null, answer.Headers.TryGetValues("X-Login-Url", out var values) ? values.Single() : null);
        Assert.Equal(status == 401 ? $"Bearer {Parameters}" : "", answer.Headers.WwwAuthenticate.ToString());
        Assert.False(answer.Headers.Contains("X-User-Ident"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory, MemberData(nameof(EachAnswer))]
    public async Task a_weak_token_is_challenged_by_every_dialect_and_never_led_to_a_page(string dialect, string mode, int status, bool location, bool loginUrl)
    {
        _ = (status, location, loginUrl);
        await using var gate = await Gate.Open([_tenant]);
        var question = Question(mode);
        question["Authorization"] = "Bearer " + Token(gate, acr: "urn:acme:bronze");

        using var answer = await gate.Send(HttpMethod.Get, dialect, question, Host);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal($"Bearer {Parameters}", answer.Headers.WwwAuthenticate.ToString());
        Assert.Null(answer.Headers.Location);
        Assert.False(answer.Headers.Contains("X-Login-Url"));
        Assert.False(answer.Headers.Contains("X-User-Ident"));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData(null, 0, false)]
    [InlineData("urn:acme:bronze", 0, false)]
    [InlineData("urn:acme:GOLD", 0, false)]
    [InlineData("urn:acme:gold urn:acme:silver", 0, false)]
    [InlineData(Gold, 601, false)]
    [InlineData(Gold, 600, true)]
    [InlineData("urn:acme:silver", 0, true)]
    public async Task both_doors_judge_alike(string? acr, int age, bool opens)
    {
        await using var gate = await Gate.Open([_tenant]);
        var authTime = The.Instant.AddSeconds(-age);

        using var byToken = await gate.Ask(Host, headers: new() { ["Authorization"] = "Bearer " + Token(gate, acr, authTime) });
        using var byCookie = await gate.Ask(Host, cookie: gate.CookieOf(_tenant, change: session => session with { Acr = acr, AuthTime = authTime }));

        Assert.Equal(opens ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, byToken.StatusCode);
        Assert.Equal(opens ? HttpStatusCode.OK : HttpStatusCode.Redirect, byCookie.StatusCode);
    }

    [Fact]
    public async Task a_token_that_is_none_is_told_so_before_anything_about_its_strength()
    {
        await using var gate = await Gate.Open([_tenant]);
        var expired = Token(gate, acr: null, expires: The.Instant.ToUnixTimeSeconds());
        var foreign = Token(gate, acr: null, audience: "goat.example.com");
        var revoked = Token(gate, acr: null, more: ",\"sid\":\"s-1\"");
        gate.Cluster.Revoke(RevocationKind.Session, "s-1");
        await gate.Until(() => gate.Revocations.Count == 1);

        foreach (var token in new[] { expired, foreign, revoked, "a.b.c" })
        {
            using var answer = await gate.Ask(Host, headers: new() { ["Authorization"] = "Bearer " + token });
            Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task a_token_that_does_not_say_when_the_login_was_is_too_old()
    {
        await using var gate = await Gate.Open([_tenant]);

        using var answer = await gate.Ask(Host, headers: new() { ["Authorization"] = "Bearer " + Token(gate, Gold, withAuthTime: false) });

        Assert.Equal($"Bearer {Parameters}", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task a_bound_token_is_challenged_by_its_own_scheme_and_only_after_its_proof_was_good()
    {
        await using var gate = await Gate.Open([_tenant]);
        var weak = Token(gate, acr: null, more: $$""","cnf":{"jkt":"{{_key.Jkt}}"}""");
        var strong = Token(gate, Gold, more: $$""","cnf":{"jkt":"{{_key.Jkt}}"}""");

        using var unproven = await AskBound(gate, weak, proof: null);
        using var proven = await AskBound(gate, weak, Proof(weak));
        using var good = await AskBound(gate, strong, Proof(strong));

        Assert.StartsWith("DPoP error=\"invalid_token\"", unproven.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"DPoP {Parameters}, algs=\"", proven.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task a_weak_token_is_not_helped_by_a_strong_cookie_beside_it()
    {
        await using var gate = await Gate.Open([_tenant]);

        using var answer = await gate.Ask(Host, cookie: Strong(gate), headers: new() { ["Authorization"] = "Bearer " + Token(gate, acr: null) });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task a_weak_cookie_hides_no_strong_one_and_a_tossed_one_hides_no_weak_one()
    {
        await using var gate = await Gate.Open([_tenant]);
        var weak = gate.CookieOf(_tenant);

        using var strong = await gate.Ask(Host, cookie: $"{weak}; uitsmijter-sso={Strong(gate)}");
        using var tossed = await gate.Ask(Host, cookie: $"junk; uitsmijter-sso={weak}; uitsmijter-sso=junk", headers: new() { ["Sec-Fetch-Mode"] = "cors" });

        Assert.Equal(HttpStatusCode.OK, strong.StatusCode);
        Assert.Equal($"Bearer {Parameters}", tossed.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task without_a_login_the_challenge_names_no_error()
    {
        await using var gate = await Gate.Open([_tenant]);

        using var answer = await gate.Ask(Host, headers: new() { ["Sec-Fetch-Mode"] = "cors" });

        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task a_strong_cookie_that_is_kept_and_sent_again_grows_too_old_however_often_it_was_good()
    {
        await using var gate = await Gate.Open([_tenant]);
        var cookie = Strong(gate);
        using var first = await gate.Ask(Host, cookie: cookie);
        await gate.Advance(TimeSpan.FromSeconds(600));
        using var last = await gate.Ask(Host, cookie: cookie);
        await gate.Advance(TimeSpan.FromSeconds(1));

        using var replayed = await gate.Ask(Host, cookie: cookie);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, last.StatusCode));
        Assert.Equal(HttpStatusCode.Redirect, replayed.StatusCode);
    }

    [Fact]
    public async Task a_weak_cookie_is_not_renewed_and_a_renewed_one_is_as_old_and_as_strong_as_its_login()
    {
        var tenant = Asking(_requirement with { MaxAge = TimeSpan.FromDays(6) });
        await using var gate = await Gate.Open([tenant]);
        var session = Some.Session(tenant) with { Acr = Gold };
        gate.Cluster.Renew = (_, _, life) => new SessionOutcome.Alive(session with { ExpiresAt = gate.Clock.GetUtcNow() + life });
        var weak = gate.CookieOf(tenant, change: static session => session with { Sid = "sid-weak" });
        var strong = gate.CookieOf(tenant, change: _ => session);
        await gate.Advance(Some.CookieLife * 0.8);

        using var refused = await gate.Ask(Host, cookie: weak);
        var asked = gate.Cluster.Validations;
        using var renewed = await gate.Ask(Host, cookie: strong);
        var heir = renewed.Headers.GetValues("Set-Cookie").Single().Split(';')[0]["uitsmijter-sso=".Length..];
        using var again = await gate.Ask(Host, cookie: heir);
        await gate.Advance(TimeSpan.FromDays(1));
        using var old = await gate.Ask(Host, cookie: heir);

        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Equal(0, asked);
        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, old.StatusCode);
    }

    [Fact]
    public async Task a_login_that_grows_too_old_while_its_renewal_is_in_flight_opens_nothing()
    {
        var tenant = Asking(new LoginRequirement { MaxAge = Some.CookieLife * 0.8 });
        await using var gate = await Gate.Open([tenant]);
        var script = new TaskCompletionSource<ValidationOutcome>();
        gate.Cluster.Validate = _ => script.Task;
        gate.Cluster.Renew = (_, _, life) => new SessionOutcome.Alive(Some.Session(tenant) with { ExpiresAt = gate.Clock.GetUtcNow() + life });
        var cookie = gate.CookieOf(tenant);
        await gate.Advance(Some.CookieLife * 0.8);
        var asked = gate.Ask(Host, cookie: cookie);
        await gate.Until(() => gate.Cluster.Validations == 1);
        script.SetResult(new ValidationOutcome.Valid());
        using var young = await asked;
        await gate.Advance(TimeSpan.FromSeconds(1));

        using var old = await gate.Ask(Host, cookie: cookie);

        Assert.Equal(HttpStatusCode.OK, young.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, old.StatusCode);
    }

    [Fact]
    [Trait("Attack", "12")]
    public async Task nothing_a_client_says_about_its_login_in_headers_or_address_makes_it_stronger()
    {
        await using var gate = await Gate.Open([_tenant]);

        using var answer = await gate.Ask(Host, "/x?acr=urn:acme:gold&acr_values=urn:acme:gold&max_age=999999", gate.CookieOf(_tenant), headers: new()
        {
            ["Sec-Fetch-Mode"] = "cors",
            ["X-Uitsmijter-Acr"] = Gold,
            ["X-Auth-Acr"] = Gold,
            ["X-Acr"] = Gold,
            ["Acr"] = Gold,
            ["X-Auth-Time"] = "9999999999",
            ["X-Uitsmijter-Mode"] = "oauth",
            ["X-User-Ident"] = "subject-of-ada",
        });

        Assert.Equal($"Bearer {Parameters}", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task public_paths_and_preflights_need_no_login_and_so_no_strong_one()
    {
        var tenant = _tenant with { Interceptor = _tenant.Interceptor with { AllowPreflight = true } };
        await using var gate = await Gate.Open([tenant]);

        using var path = await gate.Ask(Host, "/public/a", gate.CookieOf(tenant));
        using var preflight = await gate.Ask(Host, headers: new() { ["X-Forwarded-Method"] = "OPTIONS", ["Origin"] = "https://a.test", ["Access-Control-Request-Method"] = "GET" });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (path.StatusCode, preflight.StatusCode));
        Assert.Equal("", path.Headers.GetValues("X-User-Ident").Single());
    }

    [Fact]
    public async Task a_tenant_that_begins_to_ask_asks_of_logins_that_are_known_already()
    {
        var tenant = Asking(null);
        await using var gate = await Gate.Open([tenant]);
        var cookie = gate.CookieOf(tenant);
        using var before = await gate.Ask(Host, cookie: cookie);
        gate.Cluster.Configure([Asking(_requirement)]);

        await gate.Until(async () =>
        {
            using var after = await gate.Ask(Host, cookie: cookie);
            return after.StatusCode == HttpStatusCode.Redirect;
        });

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
    }

    [Fact]
    public async Task a_refusal_is_counted_as_what_it_is_and_told_in_a_word_of_its_own()
    {
        await using var gate = await Gate.Open([_tenant]);

        using var answer = await gate.Ask(Host, cookie: gate.CookieOf(_tenant), headers: new() { ["Accept"] = "application/json" });

        Assert.Contains("ERRORS.INSUFFICIENT_AUTHENTICATION", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await gate.Metric("uitsmijter_interceptor_failure{requested_host=\"cookbooks.example.com\",requested_tenant=\"\",tenant=\"spa\",reason=\"INSUFFICIENT_AUTHENTICATION\"}"));
    }

    private static Tenant Asking(LoginRequirement? requirement) => Some.Cheese with { Interceptor = Some.Cheese.Interceptor with { Requirement = requirement } };

    private static string Strong(Gate gate) => gate.CookieOf(_tenant, change: static session => session with { Acr = Gold });

    private static string Token(Gate gate, string? acr, DateTimeOffset? authTime = null, long? expires = null, string audience = Host, bool withAuthTime = true, string more = "")
    {
        var now = The.Instant.ToUnixTimeSeconds();
        var time = withAuthTime ? $",\"auth_time\":{(authTime ?? The.Instant).ToUnixTimeSeconds()}" : "";
        var context = acr is null ? "" : $",\"acr\":\"{acr}\"";
        return gate.Cluster.Sign(_tenant, Header, $$"""{"iss":"https://login.example.com","sub":"ada","aud":"{{audience}}","exp":{{expires ?? now + 3600}},"iat":{{now}},"tenant":"spa","role":"user","user":"ada","scope":""{{time}}{{context}}{{more}}}""");
    }

    private string Proof(string token) => _key.Proof("GET", $"https://{Host}/", The.Instant, accessToken: token);

    private static Task<HttpResponseMessage> AskBound(Gate gate, string token, string? proof)
    {
        var headers = new Dictionary<string, string> { ["Authorization"] = "DPoP " + token };
        if (proof is not null)
        {
            headers["DPoP"] = proof;
        }

        return gate.Ask(Host, headers: headers);
    }

    private static Dictionary<string, string> Question(string mode) => new()
    {
        ["X-Forwarded-Method"] = "GET",
        ["X-Forwarded-Proto"] = "https",
        ["X-Forwarded-Host"] = Host,
        ["X-Forwarded-Uri"] = "/x",
        ["X-Original-Method"] = "GET",
        ["X-Original-URL"] = $"https://{Host}/x",
        ["Accept"] = "text/html",
        ["Sec-Fetch-Mode"] = mode,
    };
}
