using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Authorization;

/// <summary>DPoP proofs: the examples of RFC 9449, and attack groups 30 and 33.</summary>
[Trait("Standard", "RFC 9449")]
public sealed class DpopRulesTests : IDisposable
{
    private const string Thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    private const string ExampleHead =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5Ijoi"
        + "OVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.";

    /// <summary>RFC 9449 §4.1.</summary>
    private const string TokenProof = ExampleHead
        + "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ."
        + "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    /// <summary>RFC 9449 §7.1.</summary>
    private const string ResourceProof = ExampleHead
        + "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVI"
        + "eU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9."
        + "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";

    private const string ResourceToken = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

    private readonly DpopKey _key = new();

    private static readonly DpopRequest _request = new() { Method = "POST", Urls = ["https://id.shop.test/token"], MaxAge = TimeSpan.FromMinutes(5) };

    private static long Now => The.Instant.ToUnixTimeSeconds();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void the_examples_of_rfc_9449_are_good()
    {
        var token = Assert.IsType<DpopVerdict.Good>(DpopRules.Judge(
            TokenProof, _request with { Urls = ["https://server.example.com/token"] }, DateTimeOffset.FromUnixTimeSeconds(1562262616)));
        var resource = Assert.IsType<DpopVerdict.Good>(DpopRules.Judge(
            ResourceProof,
            new DpopRequest { Method = "GET", Urls = ["https://resource.example.org/protectedresource"], AccessToken = ResourceToken, MaxAge = TimeSpan.FromSeconds(60) },
            DateTimeOffset.FromUnixTimeSeconds(1562262618)));

        Assert.Equal(Thumbprint, token.Proof.Jkt);
        Assert.Equal(Thumbprint, resource.Proof.Jkt);
        Assert.NotEqual(token.Proof.Key, resource.Proof.Key);
        Assert.Equal("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo", DpopRules.HashOf(ResourceToken));
    }

    [Theory]
    [InlineData("https://ID.shop.test/token")]
    [InlineData("HTTPS://id.shop.test:443/token")]
    [InlineData("https://id.shop.test/token?x=1#y")]
    [InlineData("https://id.shop.test/%74oken")]
    public void an_address_has_more_than_one_spelling(string url) =>
        Assert.IsType<DpopVerdict.Good>(DpopRules.Judge(_key.Proof("POST", url, The.Instant), _request, The.Instant));

    [Theory]
    [InlineData("https://id.shop.test/userinfo")]
    [InlineData("https://id.shop.test/token/")]
    [InlineData("https://id.shop.test/TOKEN")]
    [InlineData("http://id.shop.test/token")]
    [InlineData("https://id.shop.test:8443/token")]
    [InlineData("https://evil.test/token")]
    [InlineData("https://id.shop.test@evil.test/token")]
    [InlineData("https://evil@id.shop.test/token")]
    [InlineData("https:\\\\id.shop.test\\token")]
    [InlineData("https://id／shop.test/token")]
    [InlineData("https://id⒈shop.test/token")]
    [InlineData("https://\u0378.test/token")]
    [InlineData("//id.shop.test/token")]
    [InlineData("/token")]
    [InlineData("")]
    [Trait("Attack", "33")]
    public void a_proof_for_another_address_is_none(string url) => Refused(_key.Proof("POST", url, The.Instant));

    [Theory]
    [InlineData("GET")]
    [InlineData("post")]
    [InlineData("")]
    [Trait("Attack", "33")]
    public void a_proof_for_another_method_is_none(string method) => Refused(_key.Proof(method, "https://id.shop.test/token", The.Instant));

    [Theory]
    [InlineData(-301)]
    [InlineData(61)]
    [InlineData(3600)]
    [Trait("Attack", "33")]
    [Trait("Attack", "48")]
    public void a_proof_is_refused_when_it_is_old_or_from_the_future(int seconds) =>
        Refused(_key.Proof("POST", "https://id.shop.test/token", The.Instant.AddSeconds(seconds)));

    [Fact]
    [Trait("Attack", "33")]
    public void a_proof_for_another_access_token_is_none()
    {
        var request = _request with { AccessToken = "one" };

        Refused(_key.Proof("POST", "https://id.shop.test/token", The.Instant, accessToken: "another"), request);
        Refused(_key.Proof("POST", "https://id.shop.test/token", The.Instant), request);
        Assert.IsType<DpopVerdict.Good>(DpopRules.Judge(_key.Proof("POST", "https://id.shop.test/token", The.Instant, accessToken: "one"), request, The.Instant));
    }

    public static TheoryData<string> HostileHeaders { get; } =
    [
        """{"typ":"JWT","alg":"ES256","jwk":JWK}""",
        """{"alg":"ES256","jwk":JWK}""",
        """{"typ":"at+jwt","alg":"ES256","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"none","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"HS256","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"ES384","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"RS256","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":3,"jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"ES256"}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":"JWK"}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":JWK,"crit":["b64"],"b64":false}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":JWK,"jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"oct","k":"AAAA"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"}}""",
        """["typ"]""",
        "",
    ];

    [Theory, MemberData(nameof(HostileHeaders))]
    [Trait("Attack", "30")]
    [Trait("Attack", "33")]
    public void a_header_that_is_not_exactly_one_of_a_proof_is_refused(string header) =>
        Refused(_key.Sign(header.Replace("\"JWK\"", "\"https://evil.test/key\"", StringComparison.Ordinal).Replace("JWK", _key.Jwk, StringComparison.Ordinal), Claims()));

    [Fact]
    [Trait("Attack", "33")]
    public void a_proof_that_gives_its_private_key_away_is_refused() =>
        Refused(_key.Sign(_key.Header.Replace("\"kty\"", "\"d\":\"AAAA\",\"kty\"", StringComparison.Ordinal), Claims()));

    [Theory]
    [InlineData("""{"htm":"POST","htu":"https://id.shop.test/token","iat":NOW}""")]
    [InlineData("""{"jti":"","htm":"POST","htu":"https://id.shop.test/token","iat":NOW}""")]
    [InlineData("""{"jti":7,"htm":"POST","htu":"https://id.shop.test/token","iat":NOW}""")]
    [InlineData("""{"jti":"a","htu":"https://id.shop.test/token","iat":NOW}""")]
    [InlineData("""{"jti":"a","htm":"POST","iat":NOW}""")]
    [InlineData("""{"jti":"a","htm":"POST","htu":"https://id.shop.test/token"}""")]
    [InlineData("""{"jti":"a","htm":"POST","htu":"https://id.shop.test/token","iat":"NOW"}""")]
    [InlineData("""{"jti":"a","htm":"POST","htu":"https://id.shop.test/token","iat":1e300}""")]
    [InlineData("""{"jti":"a","jti":"b","htm":"POST","htu":"https://id.shop.test/token","iat":NOW}""")]
    [InlineData("""{"jti":"\ud800","htm":"POST","htu":"https://id.shop.test/token","iat":NOW}""")]
    [InlineData("null")]
    [InlineData("")]
    [Trait("Attack", "33")]
    public void claims_that_are_missing_or_of_a_wrong_kind_are_refused(string claims) =>
        Refused(_key.Sign(_key.Header, claims.Replace("NOW", $"{Now}", StringComparison.Ordinal)));

    [Fact]
    [Trait("Attack", "33")]
    public void a_proof_is_what_was_signed_and_nothing_else()
    {
        using var other = new DpopKey();
        var proof = _key.Proof("POST", "https://id.shop.test/token", The.Instant);
        var parts = proof.Split('.');

        Refused(proof[..^4] + "AAAA");
        Refused(proof + "=");
        Refused($"{parts[0]}.{parts[1]}.");
        Refused($"{parts[0]}.{parts[1]}");
        Refused($"{proof},{proof}");
        Refused(other.Sign(_key.Header, Claims()));
        Refused(new string('a', DpopRules.MaxLength + 1));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void rsa_keys_prove_too(string algorithm)
    {
        using var rsa = RSA.Create(2048);

        Assert.IsType<DpopVerdict.Good>(DpopRules.Judge(RsaProof(rsa, algorithm), _request, The.Instant));
    }

    [Fact]
    [Trait("Attack", "30")]
    public void a_weak_rsa_key_proves_nothing()
    {
        using var rsa = RSA.Create(1024);

        Refused(RsaProof(rsa, "RS256"));
    }

    [Fact]
    public void the_same_id_of_two_keys_is_two_proofs()
    {
        using var other = new DpopKey();

        var one = Good(_key.Proof("POST", "https://id.shop.test/token", The.Instant, id: "a"));
        var two = Good(other.Proof("POST", "https://id.shop.test/token", The.Instant, id: "a"));

        Assert.NotEqual(one.Key, two.Key);
        Assert.Equal(_key.Jkt, one.Jkt);
    }

    private static string RsaProof(RSA rsa, string algorithm)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        var header = $$"""{"typ":"dpop+jwt","alg":"{{algorithm}}","jwk":{"kty":"RSA","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"} }""";
        var content = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Claims()))}";
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Claims() => $$"""{"jti":"a","htm":"POST","htu":"https://id.shop.test/token","iat":{{Now}}}""";

    private static DpopProof Good(string proof) => Assert.IsType<DpopVerdict.Good>(DpopRules.Judge(proof, _request, The.Instant)).Proof;

    private static void Refused(string proof, DpopRequest? request = null)
    {
        var verdict = Assert.IsType<DpopVerdict.Bad>(DpopRules.Judge(proof, request ?? _request, The.Instant));
        Assert.Equal("invalid_dpop_proof", verdict.Error.Error);
    }
}
