using System.Net;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Access tokens at forward-auth. No endpoint issues them yet, so the tests sign them as a silo would.</summary>
[Trait("Standard", "RFC 9068")]
public sealed class BearerTests
{
    private const string Header = """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt"}""";

    private static readonly Guid _client = new("d9c48a1b-46bd-49d8-9305-08b8e380a69e");

    private static readonly Tenant _tenant = Some.Cheese with { Name = "spa", Algorithm = SigningAlgorithm.ES256 };

    private static long Now => The.Instant.ToUnixTimeSeconds();

    [Fact]
    public async Task an_access_token_for_a_client_of_the_tenant_opens_the_application()
    {
        await using var gate = await Open();

        using var answer = await Ask(gate, Header, Claims());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ada", answer.Headers.GetValues("X-User-Ident").Single());
        Assert.Contains("uitsmijter-header+jwt", Some.Text(answer.Headers.GetValues("Authorization").Single()["Bearer ".Length..].Split('.')[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_access_token_for_the_applications_host_opens_that_host_only()
    {
        await using var gate = await Open();
        var token = gate.Cluster.Sign(_tenant, Header, Claims(audience: "\"cookbooks.example.com\""));

        using var own = await gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = "bearer " + token });
        using var sibling = await gate.Ask("goat.example.com", headers: new() { ["Authorization"] = "Bearer " + token });

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, sibling.StatusCode);
    }

    [Fact]
    public async Task an_access_token_of_a_tenant_with_wildcard_hosts_alone_opens_its_applications()
    {
        var wild = _tenant with { Hosts = ["*.wild.example.com"], Interceptor = new InterceptorSettings() };
        await using var gate = await Gate.Open([wild], static settings => settings with { PublicDomain = "id.example.com" });
        var token = gate.Cluster.Sign(wild, Header, Claims(issuer: "https://id.example.com", audience: "\"a.wild.example.com\""));

        using var answer = await gate.Ask("a.wild.example.com", headers: new() { ["Authorization"] = "Bearer " + token });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public static TheoryData<string, string> EachRefused { get; } = new()
    {
        // Attack 29: another type. Attack 30: what a header must not carry. Then claims, one by one.
        { """{"alg":"ES256","kid":"kid-spa","typ":"JWT"}""", Claims() },
        { """{"alg":"ES256","kid":"kid-spa"}""", Claims() },
        { """{"alg":"ES256","kid":"kid-spa","typ":"uitsmijter-header+jwt"}""", Claims() },
        { """{"alg":"none","typ":"at+jwt"}""", Claims() },
        { """{"alg":"HS256","typ":"at+jwt"}""", Claims() },
        { """{"alg":"RS256","kid":"kid-spa","typ":"at+jwt"}""", Claims() },
        { """{"alg":3,"kid":"kid-spa","typ":"at+jwt"}""", Claims() },
        { """{"alg":"ES256","kid":"../../etc/passwd","typ":"at+jwt"}""", Claims() },
        { """{"alg":"ES256","kid":"' OR 1=1","typ":"at+jwt"}""", Claims() },
        { """{"alg":"ES256","typ":"at+jwt"}""", Claims() },
        { """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt","jku":"https://evil.test/jwks"}""", Claims() },
        { """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt","x5u":"https://evil.test/x"}""", Claims() },
        { """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt","jwk":{"kty":"EC"}}""", Claims() },
        { """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt","crit":["b64"],"b64":false}""", Claims() },
        { """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt","zip":"DEF"}""", Claims() },
        { """{"alg":"ES256","alg":"ES256","kid":"kid-spa","typ":"at+jwt"}""", Claims() },
        { """["alg"]""", Claims() },
        { Header, Claims(issuer: "https://evil.test") },
        { Header, Claims(tenant: "egg/egg") },
        { Header, Claims(audience: "\"someone-else\"") },
        { Header, Claims(audience: "\"b88d44ed-4e8f-4f50-817b-58b86297ccab\"") },
        { Header, Claims(audience: "[]") },
        { Header, Claims(audience: "{}") },
        { Header, Claims(expires: "0") },
        { Header, Claims(expires: $"{Now}") },
        { Header, Claims(expires: $"{Now + 60}.5") },
        { Header, Claims(expires: "1e400") },
        { Header, Claims(expires: "99999999999999999999") },
        { Header, Claims(expires: "\"9999999999\"") },
        { Header, Claims(issued: $"{Now + 3600}") },
        { Header, Claims(more: $",\"nbf\":{Now + 3600}") },
        { Header, Claims(more: ",\"sub\":\"admin\"") },
        { Header, Claims(more: ",\"sub\":\"\\ud800\"").Replace("\"sub\":\"ada\",", "", StringComparison.Ordinal) },
        { Header, Claims().Replace("\"sub\":\"ada\",", "", StringComparison.Ordinal) },
        { Header, "[]" },
        { Header, "null" },
        { Header, "" },
    };

    [Theory, MemberData(nameof(EachRefused))]
    [Trait("Attack", "29")]
    [Trait("Attack", "30")]
    [Trait("Attack", "48")]
    public async Task a_token_that_is_not_exactly_an_access_token_of_this_tenant_is_refused_without_a_redirect(string header, string claims)
    {
        await using var gate = await Open();

        using var answer = await Ask(gate, header, claims);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.Null(answer.Headers.Location);
        Assert.False(answer.Headers.Contains("X-Login-Url"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer ...")]
    [InlineData("Bearer a b")]
    [InlineData("bearer =")]
    public async Task a_bearer_that_is_no_token_is_refused_and_an_empty_header_is_none(string value)
    {
        await using var gate = await Open();

        var answer = await gate.RawAsk("GET /auth/traefik", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: cookbooks.example.com", "X-Forwarded-Uri: /", $"Authorization: {value}");

        Assert.StartsWith(value.Length == 0 ? "HTTP/1.1 302" : "HTTP/1.1 401", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_bearer_decides_alone_whatever_cookie_is_beside_it()
    {
        await using var gate = await Open();
        var cookie = gate.CookieOf(_tenant);

        using var bad = await gate.Ask("cookbooks.example.com", cookie: cookie, headers: new() { ["Authorization"] = "Bearer a.b.c" });
        using var good = await gate.Ask("cookbooks.example.com", cookie: "junk", headers: new() { ["Authorization"] = "Bearer " + gate.Cluster.Sign(_tenant, Header, Claims()) });
        using var basic = await gate.Ask("cookbooks.example.com", cookie: cookie, headers: new() { ["Authorization"] = "Basic YTpi" });

        Assert.Equal(HttpStatusCode.Unauthorized, bad.StatusCode);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal(HttpStatusCode.OK, basic.StatusCode);
    }

    [Fact]
    public async Task two_authorization_headers_are_refused()
    {
        await using var gate = await Open();
        var token = gate.Cluster.Sign(_tenant, Header, Claims());

        var answer = await gate.RawAsk("GET /auth/traefik", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: cookbooks.example.com", "X-Forwarded-Uri: /", $"Authorization: Bearer {token}", "Authorization: Basic YTpi");

        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RevocationKind.Session, "s-1")]
    [InlineData(RevocationKind.Grant, "g-1")]
    [InlineData(RevocationKind.Token, "t-1")]
    public async Task a_revoked_token_grant_or_session_ends_a_known_token(RevocationKind kind, string id)
    {
        await using var gate = await Open();
        var claims = Claims(more: ",\"sid\":\"s-1\",\"gid\":\"g-1\",\"jti\":\"t-1\"");
        using var before = await Ask(gate, Header, claims);
        var token = gate.Cluster.Sign(_tenant, Header, claims);
        using var known = await gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = "Bearer " + token });
        gate.Cluster.Revoke(kind, id);
        await gate.Until(() => gate.Revocations.Count == 1);

        using var after = await gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = "Bearer " + token });

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    [Trait("Attack", "48")]
    public async Task a_known_token_ends_at_its_expiry()
    {
        await using var gate = await Open();
        var token = gate.Cluster.Sign(_tenant, Header, Claims(expires: $"{Now + 60}"));
        using var before = await gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = "Bearer " + token });
        await gate.Advance(TimeSpan.FromSeconds(60));

        using var after = await gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = "Bearer " + token });

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.Unauthorized)]
    public async Task tokens_of_the_shared_secret_count_only_where_the_tenant_accepts_them(bool accepted, HttpStatusCode expected)
    {
        var tenant = Some.Cheese with { Name = "spa", Interceptor = Some.Cheese.Interceptor with { AcceptSharedSecretBearer = accepted } };
        await using var gate = await Gate.Open([tenant]);

        using var answer = await gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = "Bearer " + gate.Cluster.Sign(tenant, """{"alg":"HS256","typ":"at+jwt"}""", Claims(audience: "\"cookbooks.example.com\"")) });

        Assert.Equal(expected, answer.StatusCode);
    }

    private static Task<Gate> Open() => Gate.Open([_tenant, Some.Egg], clients:
    [
        new Client { Ident = _client, Name = "spa", TenantName = "spa", RedirectUrls = [] },
        new Client { Ident = new Guid("b88d44ed-4e8f-4f50-817b-58b86297ccab"), Name = "foreign", TenantName = "egg/egg", RedirectUrls = [] },
    ]);

    private static Task<HttpResponseMessage> Ask(Gate gate, string header, string claims) =>
        gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = "Bearer " + gate.Cluster.Sign(_tenant, header, claims), ["Sec-Fetch-Mode"] = "navigate" });

    private static string Claims(string issuer = "https://login.example.com", string tenant = "spa", string? audience = null, string? expires = null, string? issued = null, string more = "") =>
        $$"""{"iss":"{{issuer}}","sub":"ada","aud":{{audience ?? $"\"{_client.ToString().ToUpperInvariant()}\""}},"exp":{{expires ?? $"{Now + 3600}"}},"iat":{{issued ?? $"{Now}"}},"tenant":"{{tenant}}","role":"user","user":"ada","scope":""{{more}}}""";
}
