using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>One public key somebody else signs with, read from a JSON Web Key (RFC 7517 §4, RFC 7518 §6) and proven to be usable.</summary>
public sealed class ClientKey
{
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;

    /// <summary>Beyond this a signature costs more than a stranger's request is worth (attack group 30).</summary>
    private const int MostRsaBitsOfStrangers = 4096;
    private const int MostExponentBytes = 4;
    private const int CoordinateBytes = 32;
    private const int MostKidCharacters = 256;

    private ClientKey(string? keyId, string? algorithm, RSAParameters? rsa, ECParameters? curve) => (KeyId, Algorithm, Rsa, Curve) = (keyId, algorithm, rsa, curve);

    /// <summary>The key's id, or null.</summary>
    public string? KeyId { get; }

    /// <summary>The only algorithm the key is for, or null for every one of its type.</summary>
    public string? Algorithm { get; }

    /// <summary>The RSA key, or null.</summary>
    public RSAParameters? Rsa { get; }

    /// <summary>The key on P-256, or null.</summary>
    public ECParameters? Curve { get; }

    /// <summary>Algorithms (RFC 7518 §3.1) signatures of which are accepted from others: asymmetric ones only.</summary>
    public static ImmutableArray<string> Algorithms { get; } = [JwsAlgorithms.ES256, JwsAlgorithms.PS256, JwsAlgorithms.RS256];

    /// <summary>Thumbprint (RFC 7638), base64url.</summary>
    public string Thumbprint => Curve is { Q: { X: { } x, Y: { } y } } ? JwkRules.ThumbprintOfPoint(x, y) : JwkRules.ThumbprintOfRsa(Rsa!.Value.Modulus, Rsa.Value.Exponent);

    /// <summary>Reads a key.</summary>
    /// <param name="jwk">A JSON Web Key.</param>
    /// <param name="why">What keeps it from being used; null when it can be.</param>
    public static ClientKey? Read(JsonElement jwk, out string? why)
    {
        var key = Parse(jwk, out why);
        why ??= key is { Curve: { } curve } ? WhyNoPoint(curve) : null;
        return why is null ? key : null;
    }

    /// <summary>Reads the key a stranger's proof brings along (RFC 9449 §4.2): no larger than worth it. It is used once, and that shows whether it is one.</summary>
    /// <param name="jwk">A JSON Web Key.</param>
    public static ClientKey? ReadOfStranger(JsonElement jwk) =>
        Parse(jwk, out _) is { } key && (key.Rsa is not { Modulus: { } modulus } || modulus.Length <= MostRsaBitsOfStrangers / 8) ? key : null;

    private static ClientKey? Parse(JsonElement jwk, out string? why)
    {
        why = WhyUseless(jwk);
        if (why is not null)
        {
            return null;
        }

        var (kid, algorithm) = (Member(jwk, JwkNames.KeyId), Member(jwk, JwkNames.Algorithm));
        switch (Member(jwk, JwkNames.KeyType))
        {
            case JwkNames.Rsa when algorithm is null or JwsAlgorithms.RS256 or JwsAlgorithms.PS256:
                why = RsaOf(jwk, out var rsa);
                return why is null ? new ClientKey(kid, algorithm, rsa, null) : null;
            case JwkNames.EllipticCurve when algorithm is null or JwsAlgorithms.ES256:
                why = CurveOf(jwk, out var curve);
                return why is null ? new ClientKey(kid, algorithm, null, curve) : null;
            case JwkNames.Rsa or JwkNames.EllipticCurve:
                why = $"its alg is not one of {string.Join(", ", Algorithms)}, or not one for its kty.";
                return null;
            default:
                why = "its kty is neither RSA nor EC.";
                return null;
        }
    }

    /// <summary>True when the signature is this key's (RFC 7518 §3.3–3.5).</summary>
    /// <param name="algorithm">One of <see cref="Algorithms"/>; any other is never right.</param>
    /// <param name="input">The signing input, ASCII.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(string algorithm, ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        if (Algorithm is not null && Algorithm != algorithm)
        {
            return false;
        }

        try
        {
            return algorithm switch
            {
                JwsAlgorithms.ES256 => Curve is { } point && signature.Length == 2 * CoordinateBytes && IsOfCurve(point, input, signature),
                JwsAlgorithms.RS256 => Rsa is { } parameters && IsOfRsa(parameters, RSASignaturePadding.Pkcs1, input, signature),
                JwsAlgorithms.PS256 => Rsa is { } parameters && IsOfRsa(parameters, RSASignaturePadding.Pss, input, signature),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            // A point that is not on the curve, or numbers that are no key: a stranger's text, not our failure.
            return false;
        }
    }

    private static bool IsOfCurve(ECParameters point, ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        using var ecdsa = ECDsa.Create(point);
        return ecdsa.VerifyData(input, signature, HashAlgorithmName.SHA256);
    }

    private static bool IsOfRsa(RSAParameters parameters, RSASignaturePadding padding, ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        using var rsa = RSA.Create(parameters);
        return rsa.VerifyData(input, signature, HashAlgorithmName.SHA256, padding);
    }

    private static string? WhyUseless(JsonElement jwk)
    {
        if (jwk.ValueKind is not JsonValueKind.Object)
        {
            return "it is no object.";
        }

        foreach (var name in JwkNames.Private)
        {
            if (jwk.TryGetProperty(name, out _))
            {
                return $"it holds '{name}', a part only the owner of a private key may have: publish the public half only, and make a new pair.";
            }
        }

        if (jwk.TryGetProperty(JwkNames.Use, out var use) && !Is(use, JwkNames.Signature))
        {
            return "its use is not sig.";
        }

        if (jwk.TryGetProperty(JwkNames.Operations, out var operations)
            && !(operations.ValueKind is JsonValueKind.Array && operations.EnumerateArray().Any(static operation => Is(operation, JwkNames.Verify))))
        {
            return "its key_ops do not have verify.";
        }

        return jwk.TryGetProperty(JwkNames.KeyId, out _) && JoseReading.Text(jwk, JwkNames.KeyId) is not { Length: > 0 and <= MostKidCharacters }
            ? $"its kid is no text of 1 to {MostKidCharacters} characters."
            : null;
    }

    private static string? RsaOf(JsonElement jwk, out RSAParameters rsa)
    {
        rsa = default;
        if (Bytes(jwk, JwkNames.Modulus) is not { } modulus || Bytes(jwk, JwkNames.Exponent) is not { } exponent)
        {
            return "its n and e are not base64url.";
        }

        modulus = modulus.AsSpan().TrimStart((byte)0).ToArray();
        if (modulus.Length is < LeastRsaBits / 8 or > MostRsaBits / 8 || modulus[0] == 0)
        {
            return $"its n must have {LeastRsaBits} to {MostRsaBits} bits.";
        }

        // Huge exponents make one verification cost minutes; even ones and 1 are no keys; one with a zero before it is a second spelling of a key.
        if (exponent.Length > MostExponentBytes || exponent[0] == 0 || exponent[^1] % 2 == 0 || exponent is [1])
        {
            return "its e is no usual exponent such as AQAB.";
        }

        rsa = new RSAParameters { Modulus = modulus, Exponent = exponent };
        return null;
    }

    private static string? CurveOf(JsonElement jwk, out ECParameters curve)
    {
        curve = default;
        if (Member(jwk, JwkNames.Curve) != JwkNames.P256)
        {
            return "its crv is not P-256.";
        }

        if (Bytes(jwk, JwkNames.X) is not { Length: CoordinateBytes } x || Bytes(jwk, JwkNames.Y) is not { Length: CoordinateBytes } y)
        {
            return $"its x and y are not {CoordinateBytes} bytes in base64url.";
        }

        curve = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        return null;
    }

    private static string? WhyNoPoint(ECParameters curve)
    {
        try
        {
            using var probe = ECDsa.Create(curve);
            return null;
        }
        catch (CryptographicException)
        {
            return "its x and y are no point of the curve.";
        }
    }

    private static bool Is(JsonElement element, string text) => element.ValueKind is JsonValueKind.String && element.ValueEquals(text);

    /// <summary>A member of another kind is there, and says nothing that is known: it is no missing one.</summary>
    private static string? Member(JsonElement jwk, string name) => jwk.TryGetProperty(name, out _) ? JoseReading.Text(jwk, name) ?? "" : null;

    private static byte[]? Bytes(JsonElement jwk, string name) => JoseReading.Text(jwk, name) is { Length: <= MostRsaBits } text ? JoseReading.Bytes(text) : null;
}
