using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>Public keys as JSON Web Keys (RFC 7517, RFC 7518 §6) and their thumbprints (RFC 7638).</summary>
public static class JwkRules
{
    /// <summary>Writes one public signing key as a JSON object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="kid">The key's id.</param>
    /// <param name="algorithm">The one algorithm the key is for; not HS256.</param>
    /// <param name="spki">SubjectPublicKeyInfo, DER.</param>
    /// <exception cref="ArgumentOutOfRangeException">A shared secret has no public form.</exception>
    /// <exception cref="CryptographicException">The bytes are no public key of that algorithm.</exception>
    public static void Write(Utf8JsonWriter writer, string kid, SigningAlgorithm algorithm, ReadOnlySpan<byte> spki)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        if (algorithm is SigningAlgorithm.ES256)
        {
            var point = PointOf(spki);
            writer.WriteString(JwkNames.KeyType, JwkNames.EllipticCurve);
            WriteCommon(writer, kid, algorithm);
            writer.WriteString(JwkNames.Curve, JwkNames.P256);
            writer.WriteString(JwkNames.X, Base64Url.EncodeToString(point.X));
            writer.WriteString(JwkNames.Y, Base64Url.EncodeToString(point.Y));
        }
        else
        {
            RequireRsa(algorithm);
            var rsa = RsaOf(spki);
            writer.WriteString(JwkNames.KeyType, JwkNames.Rsa);
            WriteCommon(writer, kid, algorithm);
            writer.WriteString(JwkNames.Modulus, Base64Url.EncodeToString(rsa.Modulus));
            writer.WriteString(JwkNames.Exponent, Base64Url.EncodeToString(rsa.Exponent));
        }

        writer.WriteEndObject();
    }

    /// <summary>The key's thumbprint: SHA-256 of its required members in their one spelling (RFC 7638 §3), base64url. Used as <c>kid</c>.</summary>
    /// <param name="algorithm">The algorithm the key is for; not HS256.</param>
    /// <param name="spki">SubjectPublicKeyInfo, DER.</param>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static string Thumbprint(SigningAlgorithm algorithm, ReadOnlySpan<byte> spki)
    {
        if (algorithm is SigningAlgorithm.ES256)
        {
            var (x, y) = PointOf(spki);
            return ThumbprintOfPoint(x, y);
        }

        RequireRsa(algorithm);
        var rsa = RsaOf(spki);
        return ThumbprintOfRsa(rsa.Modulus, rsa.Exponent);
    }

    /// <summary>Thumbprint of a point on P-256.</summary>
    internal static string ThumbprintOfPoint(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        // Members in the order of their names, no others: RFC 7638 §3.1 and §3.2.
        var (left, right) = (Base64Url.EncodeToString(x), Base64Url.EncodeToString(y));
        return Digest($$"""{"crv":"P-256","kty":"EC","x":"{{left}}","y":"{{right}}"}""");
    }

    /// <summary>Thumbprint of an RSA key.</summary>
    internal static string ThumbprintOfRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        var (n, e) = (Base64Url.EncodeToString(modulus), Base64Url.EncodeToString(exponent));
        return Digest($$"""{"e":"{{e}}","kty":"RSA","n":"{{n}}"}""");
    }

    private static string Digest(string canonical) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));

    private static void WriteCommon(Utf8JsonWriter writer, string kid, SigningAlgorithm algorithm)
    {
        writer.WriteString(JwkNames.Use, JwkNames.Signature);
        writer.WriteString(JwkNames.KeyId, kid);
        writer.WriteString(JwkNames.Algorithm, algorithm.ToString());
    }

    private static void RequireRsa(SigningAlgorithm algorithm)
    {
        if (algorithm is not (SigningAlgorithm.RS256 or SigningAlgorithm.PS256))
        {
            throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "A shared secret has no public form.");
        }
    }

    private static RSAParameters RsaOf(ReadOnlySpan<byte> spki)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key.ExportParameters(includePrivateParameters: false);
    }

    private static (byte[] X, byte[] Y) PointOf(ReadOnlySpan<byte> spki)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
        {
            throw new CryptographicException("An ES256 key must be on P-256 (RFC 7518 §3.4).");
        }

        return (parameters.Q.X!, parameters.Q.Y!);
    }
}
