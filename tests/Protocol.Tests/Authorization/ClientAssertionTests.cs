using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Authorization;

/// <summary>RFC 7523 §3 rule by rule; signatures by the examples of RFC 7515, appendix A.</summary>
[Trait("Standard", "RFC 7523")]
public sealed class ClientAssertionTests : IDisposable
{
    private const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private const string MacToken = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + Payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string MacKey = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    private const string EcToken = "eyJhbGciOiJFUzI1NiJ9." + Payload + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    private const string EcKey = """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""";
    private const string RsaToken = "eyJhbGciOiJSUzI1NiJ9." + Payload + "."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB"
        + "--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    private const string RsaModulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW"
        + "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5Ihl"
        + "JH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

    private static readonly DateTimeOffset _now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid _client = Guid.Parse("5d0f5a52-0a5b-4b8d-9c5e-6d1e5b7c2a10");
    private static readonly ImmutableArray<string> _audiences = ["https://id.test", "https://id.test/token"];

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void the_mac_of_rfc_7515_a1_verifies_and_with_another_secret_it_does_not()
    {
        var assertion = ClientAssertion.Read(MacToken)!;

        Assert.True(ClientAssertionRules.IsSigned(assertion, Base64Url.DecodeFromChars(MacKey)));
        Assert.False(ClientAssertionRules.IsSigned(assertion, "another secret"u8));
    }

    [Fact]
    public void the_signatures_of_rfc_7515_a2_and_a3_verify_with_their_keys_alone()
    {
        var (ec, rsa) = (Key(EcKey), Key($$"""{"kty":"RSA","n":"{{RsaModulus}}","e":"AQAB"}"""));

        Assert.True(ClientAssertionRules.IsSigned(ClientAssertion.Read(EcToken)!, [rsa, ec]));
        Assert.True(ClientAssertionRules.IsSigned(ClientAssertion.Read(RsaToken)!, [ec, rsa]));
        Assert.False(ClientAssertionRules.IsSigned(ClientAssertion.Read(EcToken)!, [rsa]));
        Assert.False(ClientAssertionRules.IsSigned(ClientAssertion.Read(RsaToken)!, [ec]));
        Assert.False(ClientAssertionRules.IsSigned(ClientAssertion.Read(MacToken)!, [ec, rsa]));
    }

    [Fact]
    [Trait("Attack", "27")]
    public void a_key_for_one_algorithm_verifies_no_other()
    {
        var pss = Key($$"""{"kty":"RSA","n":"{{RsaModulus}}","e":"AQAB","alg":"PS256"}""");

        Assert.False(ClientAssertionRules.IsSigned(ClientAssertion.Read(RsaToken)!, [pss]));
    }

    [Theory]
    [InlineData("private_key_jwt", "ES256 PS256 RS256")]
    [InlineData("client_secret_jwt", "HS256")]
    [InlineData("client_secret_basic", "")]
    [InlineData("none", "")]
    [InlineData(null, "")]
    [Trait("Attack", "27")]
    public void the_method_of_the_client_decides_about_algorithms(string? method, string algorithms) =>
        Assert.Equal(algorithms, string.Join(' ', ClientAssertionRules.AlgorithmsOf(method)));

    [Fact]
    public void a_good_assertion_is_not_refused()
    {
        Assert.Null(Why(Claims()));
        Assert.Null(Why(new(Claims()) { ["aud"] = new[] { "https://id.test/token", "https://id.test" } }));
        Assert.Null(Why(new(Claims()) { ["sub"] = _client.ToString().ToUpperInvariant() }));
        Assert.Null(Why(new(Claims()) { ["exp"] = Seconds(600), ["nbf"] = Seconds(20), ["iat"] = Seconds(20) }));
        Assert.Null(Why(new(Claims()) { ["exp"] = Seconds(-20) + 0.5 }));
    }

    /// <summary>Claims and their wrong values, JSON; null leaves the claim out.</summary>
    public static TheoryData<string, string?> Wrong => new()
    {
        { "iss", "\"5d0f5a52-0a5b-4b8d-9c5e-6d1e5b7c2a11\"" },
        { "iss", null },
        { "iss", "5" },
        { "sub", null },
        { "sub", "\"joe\"" },
        { "aud", null },
        { "aud", "\"https://id.test/\"" },
        { "aud", "\"https://other.test\"" },
        { "aud", "[\"https://id.test\", \"https://other.test\"]" },
        { "aud", "[\"https://id.test\", 1]" },
        { "aud", "[]" },
        { "exp", null },
        { "exp", Text(-31) },
        { "exp", Text(631) },
        { "nbf", Text(31) },
        { "iat", Text(31) },
        { "jti", null },
        { "jti", "\"\"" },
        { "jti", "7" },
        { "jti", $"\"{new string('x', 257)}\"" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    [Trait("Attack", "27")]
    public void every_claim_that_is_wrong_or_missing_refuses(string claim, string? value)
    {
        var claims = Claims();
        if (value is null)
        {
            claims.Remove(claim);
        }
        else
        {
            claims[claim] = JsonSerializer.Deserialize<JsonElement>(value);
        }

        Assert.NotNull(Why(claims));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","crit":["exp"]}""")]
    [InlineData("""{"alg":"ES256","b64":false}""")]
    [InlineData("""{"alg":"none","alg":"ES256"}""")]
    [InlineData("""{"alg":7}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""{"alg":"ES256" """)]
    [Trait("Attack", "30")]
    public void a_header_that_cannot_be_trusted_is_no_assertion(string header) =>
        Assert.Null(ClientAssertion.Read($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Payload}.AAAA"));

    [Theory]
    [InlineData("""{"exp":"1"}""")]
    [InlineData("""{"exp":1e400}""")]
    [InlineData("""{"exp":-1}""")]
    [InlineData("""{"nbf":null}""")]
    [InlineData("""{"sub":"a","sub":"b"}""")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}""")]
    [Trait("Attack", "30")]
    public void claims_that_cannot_be_read_are_no_assertion(string claims) =>
        Assert.Null(ClientAssertion.Read($"eyJhbGciOiJFUzI1NiJ9.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.AAAA"));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d.e")]
    [InlineData(EcToken + "=")]
    [InlineData(EcToken + "\n")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9." + Payload + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1R")]
    [Trait("Attack", "30")]
    public void a_text_in_another_spelling_is_no_assertion(string text) => Assert.Null(ClientAssertion.Read(text));

    [Theory]
    [InlineData(null, true)]
    [InlineData("JWT", true)]
    [InlineData("client-authentication+jwt", true)]
    [InlineData("at+jwt", false)]
    [InlineData("dpop+jwt", false)]
    [InlineData("logout+jwt", false)]
    [Trait("Attack", "29")]
    public void a_token_for_something_else_is_no_assertion(string? type, bool isAssertion)
    {
        var header = type is null ? """{"alg":"ES256"}""" : $$"""{"alg":"ES256","typ":"{{type}}"}""";

        Assert.Equal(isAssertion, ClientAssertionRules.IsAssertion(ClientAssertion.Read($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Payload}.AAAA")!));
    }

    [Fact]
    public void a_key_id_chooses_its_key_and_keys_without_one()
    {
        ImmutableArray<ClientKey> keys = [Key(EcKey), Key(EcKey.Insert(1, "\"kid\":\"a\",")), Key(EcKey.Insert(1, "\"kid\":\"b\","))];

        Assert.Equal([null, "b"], ClientAssertionRules.Candidates(keys, "b").Select(static key => key.KeyId));
        Assert.Equal([null], ClientAssertionRules.Candidates(keys, "'; DROP TABLE keys").Select(static key => key.KeyId));
        Assert.Equal(3, ClientAssertionRules.Candidates(keys, null).Length);
    }

    [Theory]
    [InlineData("""{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}""")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","use":"enc","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","alg":"RS256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""7""")]
    [Trait("Attack", "27")]
    public void what_is_no_usable_public_key_is_left_out_with_a_reason(string jwk)
    {
        using var document = JsonDocument.Parse(jwk);

        Assert.Null(ClientKey.Read(document.RootElement, out var why));
        Assert.False(string.IsNullOrEmpty(why));
        Assert.Empty(ClientKeySet.Read(Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk}}]}"""))!.Value);
    }

    [Theory]
    [InlineData("Aw", true)]
    [InlineData("AQ", false)]
    [InlineData("AQAA", false)]
    [InlineData("AQAAAAAB", false)]
    [Trait("Attack", "30")]
    public void a_huge_or_trivial_exponent_is_no_key(string exponent, bool isKey)
    {
        using var document = JsonDocument.Parse($$"""{"kty":"RSA","n":"{{RsaModulus}}","e":"{{exponent}}"}""");

        Assert.Equal(isKey, ClientKey.Read(document.RootElement, out _) is not null);
    }

    [Fact]
    public void an_assertion_is_remembered_by_its_owner_and_id_until_it_is_too_old()
    {
        Assert.Matches("^[0-9a-f]{64}$", ClientAssertionRules.KeyOf(_client, "a"));
        Assert.NotEqual(ClientAssertionRules.KeyOf(_client, "a"), ClientAssertionRules.KeyOf(Guid.Empty, "a"));
        Assert.NotEqual(ClientAssertionRules.KeyOf(_client, "a"), ClientAssertionRules.KeyOf(_client, "b"));
        Assert.Equal(_now.AddSeconds(90), ClientAssertionRules.Until(Signed(Claims())));
    }

    private string? Why(Dictionary<string, object> claims) => ClientAssertionRules.WhyRefused(Signed(claims), _client, _audiences, _now);

    private ClientAssertion Signed(Dictionary<string, object> claims)
    {
        var input = $"eyJhbGciOiJFUzI1NiJ9.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return ClientAssertion.Read($"{input}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}")!;
    }

    private static Dictionary<string, object> Claims() => new()
    {
        ["iss"] = _client.ToString(),
        ["sub"] = _client.ToString(),
        ["aud"] = "https://id.test",
        ["exp"] = Seconds(60),
        ["jti"] = "1",
    };

    private static string Text(int ahead) => Seconds(ahead).ToString(CultureInfo.InvariantCulture);

    private static long Seconds(int ahead) => _now.AddSeconds(ahead).ToUnixTimeSeconds();

    private static ClientKey Key(string jwk)
    {
        using var document = JsonDocument.Parse(jwk);
        return ClientKey.Read(document.RootElement, out _)!;
    }
}
