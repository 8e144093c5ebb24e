using System.Net;
using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Bound access tokens at forward-auth (RFC 9449 §7): the proof is for the request the browser sent, not for the question of the proxy.</summary>
[Trait("Attack", "33")]
public sealed class DpopTests : IDisposable
{
    private const string Header = """{"alg":"ES256","kid":"kid-spa","typ":"at+jwt"}""";
    private const string Host = "cookbooks.example.com";
    private const string Url = "https://cookbooks.example.com/recipes";

    private static readonly Tenant _tenant = Some.Cheese with { Name = "spa", Algorithm = SigningAlgorithm.ES256 };

    private readonly DpopKey _key = new();

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task a_bound_token_opens_the_application_with_a_proof_for_the_request()
    {
        await using var gate = await Gate.Open([_tenant]);
        var token = Token(gate);

        using var answer = await Ask(gate, token, Proof(token));
        using var next = await Ask(gate, token, Proof(token));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ada", answer.Headers.GetValues("X-User-Ident").Single());
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(1, gate.Cluster.Signatures);
    }

    [Fact]
    public async Task a_proof_opens_once()
    {
        await using var gate = await Gate.Open([_tenant]);
        var token = Token(gate);
        var proof = Proof(token);

        using var first = await Ask(gate, token, proof);
        using var second = await Ask(gate, token, proof);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
    }

    [Fact]
    public async Task a_bound_token_opens_nothing_as_a_bearer_token_also_when_it_is_known()
    {
        await using var gate = await Gate.Open([_tenant]);
        var token = Token(gate);

        using var before = await gate.Ask(Host, headers: new() { ["Authorization"] = "Bearer " + token });
        using var proven = await Ask(gate, token, Proof(token));
        using var after = await gate.Ask(Host, headers: new() { ["Authorization"] = "Bearer " + token });

        Assert.Equal(HttpStatusCode.Unauthorized, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, proven.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task a_proof_that_does_not_fit_is_refused_whatever_cookie_is_beside_it()
    {
        await using var gate = await Gate.Open([_tenant]);
        using var thief = new DpopKey();
        var token = Token(gate);
        var cookie = gate.CookieOf(_tenant);
        var now = gate.Clock.GetUtcNow();

        string?[] wrong =
        [
            null,
            "",
            "junk",
            _key.Proof("POST", Url, now, accessToken: token),
            _key.Proof("GET", "https://goat.example.com/recipes", now, accessToken: token),
            _key.Proof("GET", "https://cookbooks.example.com/other", now, accessToken: token),
            _key.Proof("GET", "http://cookbooks.example.com/recipes", now, accessToken: token),
            _key.Proof("GET", Url, now),
            _key.Proof("GET", Url, now, accessToken: "another"),
            _key.Proof("GET", Url, now.AddSeconds(-61), accessToken: token),
            _key.Proof("GET", Url, now.AddSeconds(61), accessToken: token),
            thief.Proof("GET", Url, now, accessToken: token),
        ];

        foreach (var proof in wrong)
        {
            using var answer = await Ask(gate, token, proof, cookie);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("DPoP error=\"invalid_token\", algs=\"ES256 PS256 RS256\"", answer.Headers.WwwAuthenticate.ToString());
            Assert.Null(answer.Headers.Location);
        }
    }

    [Fact]
    public async Task a_bearer_token_with_a_proof_and_a_token_bound_in_an_unknown_way_open_nothing()
    {
        await using var gate = await Gate.Open([_tenant]);
        var free = gate.Cluster.Sign(_tenant, Header, Claims(""));
        var certificate = gate.Cluster.Sign(_tenant, Header, Claims(",\"cnf\":{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}"));

        using var unbound = await Ask(gate, free, Proof(free));
        using var unknown = await Ask(gate, certificate, Proof(certificate));

        Assert.Equal(HttpStatusCode.Unauthorized, unbound.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_revoked_token_opens_nothing_with_its_key()
    {
        await using var gate = await Gate.Open([_tenant]);
        var token = Token(gate);
        using var before = await Ask(gate, token, Proof(token));
        gate.Cluster.Revoke(RevocationKind.Session, "sid-1");
        await gate.Until(() => gate.Revocations.IsRevoked(RevocationKind.Session, "sid-1"));

        using var after = await Ask(gate, token, Proof(token));

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public void a_gateway_remembers_proofs_while_they_are_good_and_refuses_what_it_cannot_remember()
    {
        var seen = new SeenProofs(capacity: 2);
        var (one, two, three) = (new string('1', 64), new string('2', 64), new string('3', 64));

        Assert.True(seen.TryUse(one, The.Instant));
        Assert.False(seen.TryUse(one, The.Instant));
        Assert.True(seen.TryUse(two, The.Instant));
        Assert.False(seen.TryUse(three, The.Instant));
        Assert.False(seen.TryUse(one, The.Instant.AddMinutes(4)));
        Assert.True(seen.TryUse(three, The.Instant.AddMinutes(4)));
        Assert.True(seen.TryUse(one, The.Instant.AddMinutes(8)));
    }

    private string Token(Gate gate) => gate.Cluster.Sign(_tenant, Header, Claims($",\"cnf\":{{\"jkt\":\"{_key.Jkt}\"}}"));

    private string Proof(string token) => _key.Proof("GET", Url, The.Instant, accessToken: token);

    private static Task<HttpResponseMessage> Ask(Gate gate, string token, string? proof, string? cookie = null)
    {
        var headers = new Dictionary<string, string> { ["Authorization"] = "DPoP " + token };
        if (proof is not null)
        {
            headers["DPoP"] = proof;
        }

        return gate.Ask(Host, "/recipes?page=2", cookie, headers: headers);
    }

    private static string Claims(string more)
    {
        var now = The.Instant.ToUnixTimeSeconds();
        return $$"""{"iss":"https://login.example.com","sub":"ada","aud":"{{Host}}","exp":{{now + 3600}},"iat":{{now}},"tenant":"spa","role":"user","user":"ada","scope":"","sid":"sid-1"{{more}}}""";
    }
}
