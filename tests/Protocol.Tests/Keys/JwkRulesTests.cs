using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

public sealed class JwkRulesTests
{
    /// <summary>The key of RFC 7638 §3.1.</summary>
    private const string ThumbprintModulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
        + "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt"
        + "-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    /// <summary>The keys and tokens of RFC 7515 A.2 and A.3.</summary>
    private const string TokenModulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW"
        + "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5Ihl"
        + "JH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

    private const string RsaToken =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB"
        + "--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    private const string PointX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string PointY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    private const string EcToken =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    [Fact]
    public void the_thumbprint_of_rfc_7638_comes_out()
    {
        var spki = RsaKey(ThumbprintModulus);

        var thumbprint = JwkRules.Thumbprint(SigningAlgorithm.RS256, spki);

        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", thumbprint);
    }

    [Theory]
    [InlineData(SigningAlgorithm.RS256)]
    [InlineData(SigningAlgorithm.PS256)]
    [Trait("Contract", "http 54")]
    public void an_rsa_key_is_written_with_its_one_algorithm(SigningAlgorithm algorithm)
    {
        var spki = RsaKey(TokenModulus);

        var jwk = Written("some-kid", algorithm, spki);

        Assert.Equal(
            $$"""{"kty":"RSA","use":"sig","kid":"some-kid","alg":"{{algorithm}}","n":"{{TokenModulus}}","e":"AQAB"}""",
            jwk.GetRawText());
    }

    [Fact]
    public void a_key_written_and_read_back_verifies_the_rsa_token_of_rfc_7515()
    {
        var jwk = Written("a2", SigningAlgorithm.RS256, RsaKey(TokenModulus));

        using var key = RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });
        var (input, signature) = Split(RsaToken);

        Assert.True(key.VerifyData(input, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void a_key_written_and_read_back_verifies_the_elliptic_token_of_rfc_7515()
    {
        var jwk = Written("a3", SigningAlgorithm.ES256, EcKey());

        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") },
        });
        var (input, signature) = Split(EcToken);

        Assert.Equal("P-256", jwk.GetProperty("crv").GetString());
        Assert.Equal("EC", jwk.GetProperty("kty").GetString());
        Assert.True(key.VerifyData(input, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Fact]
    public void coordinates_keep_their_leading_zeros()
    {
        // RFC 7518 §6.2.1.2: always the full 32 bytes. One key in 128 has a coordinate that begins with zero; the loop finds one.
        byte[] spki;
        ECParameters parameters;
        do
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            parameters = key.ExportParameters(false);
            spki = key.ExportSubjectPublicKeyInfo();
        }
        while (parameters.Q.X![0] != 0 && parameters.Q.Y![0] != 0);

        var jwk = Written("zero", SigningAlgorithm.ES256, spki);

        Assert.Equal(32, Bytes(jwk, "x").Length);
        Assert.Equal(32, Bytes(jwk, "y").Length);
    }

    [Fact]
    public void a_shared_secret_has_no_public_form()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Written("kid", SigningAlgorithm.HS256, EcKey()));
        Assert.Throws<ArgumentOutOfRangeException>(() => JwkRules.Thumbprint(SigningAlgorithm.HS256, EcKey()));
    }

    [Fact]
    public void a_key_on_another_curve_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var spki = other.ExportSubjectPublicKeyInfo();

        Assert.Throws<CryptographicException>(() => JwkRules.Thumbprint(SigningAlgorithm.ES256, spki));
    }

    private static JsonElement Written(string kid, SigningAlgorithm algorithm, byte[] spki)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            JwkRules.Write(writer, kid, algorithm, spki);
        }

        return JsonDocument.Parse(json.WrittenMemory).RootElement;
    }

    private static byte[] RsaKey(string modulus)
    {
        using var key = RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(modulus), Exponent = [1, 0, 1] });
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] EcKey()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(PointX), Y = Base64Url.DecodeFromChars(PointY) },
        });
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] Bytes(JsonElement jwk, string member) => Base64Url.DecodeFromChars(jwk.GetProperty(member).GetString());

    private static (byte[] Input, byte[] Signature) Split(string token)
    {
        var end = token.LastIndexOf('.');
        return (Encoding.ASCII.GetBytes(token[..end]), Base64Url.DecodeFromChars(token.AsSpan(end + 1)));
    }
}
