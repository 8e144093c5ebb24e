using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>A public key that somebody else wrote as a JSON Web Key (RFC 7517 §4), for one algorithm.</summary>
public sealed class PublicJwk
{
    private const int CoordinateBytes = 32;

    /// <summary>RFC 7518 §3.3 demands 2048 bits; beyond 4096 a signature costs more than a stranger's request is worth (attack group 30).</summary>
    private const int LeastModulusBytes = 256;
    private const int MostModulusBytes = 512;
    private const int MostExponentBytes = 4;

    private readonly SigningAlgorithm _algorithm;
    private readonly ECParameters _curve;
    private readonly RSAParameters _rsa;

    private PublicJwk(byte[] x, byte[] y)
    {
        _algorithm = SigningAlgorithm.ES256;
        _curve = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        Thumbprint = JwkRules.ThumbprintOfPoint(x, y);
    }

    private PublicJwk(SigningAlgorithm algorithm, byte[] modulus, byte[] exponent)
    {
        _algorithm = algorithm;
        _rsa = new RSAParameters { Modulus = modulus, Exponent = exponent };
        Thumbprint = JwkRules.ThumbprintOfRsa(modulus, exponent);
    }

    /// <summary>Thumbprint (RFC 7638), base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>Reads a key; null when it is none for the algorithm, has a private part, or a second spelling.</summary>
    /// <param name="jwk">The object.</param>
    /// <param name="algorithm">What it shall verify; not HS256.</param>
    public static PublicJwk? Read(JsonElement jwk, SigningAlgorithm algorithm)
    {
        if (jwk.ValueKind != JsonValueKind.Object || JwkNames.Private.Any(name => jwk.TryGetProperty(name, out _)))
        {
            return null;
        }

        return (algorithm, Text(jwk, JwkNames.KeyType)) switch
        {
            (SigningAlgorithm.ES256, JwkNames.EllipticCurve) when Text(jwk, JwkNames.Curve) == JwkNames.P256 =>
                Bytes(jwk, JwkNames.X) is { Length: CoordinateBytes } x && Bytes(jwk, JwkNames.Y) is { Length: CoordinateBytes } y ? new PublicJwk(x, y) : null,
            (SigningAlgorithm.RS256 or SigningAlgorithm.PS256, JwkNames.Rsa) =>
                Bytes(jwk, JwkNames.Modulus) is { Length: >= LeastModulusBytes and <= MostModulusBytes } modulus && modulus[0] != 0
                && Bytes(jwk, JwkNames.Exponent) is { Length: > 0 and <= MostExponentBytes } exponent && exponent[0] != 0 && exponent is not [1]
                    ? new PublicJwk(algorithm, modulus, exponent)
                    : null,
            _ => null,
        };
    }

    /// <summary>Whether a signature is this key's.</summary>
    /// <param name="content">What was signed.</param>
    /// <param name="signature">The signature as JSON Web Signatures write it (RFC 7518 §3).</param>
    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (_algorithm == SigningAlgorithm.ES256)
            {
                using var curve = ECDsa.Create(_curve);
                return curve.VerifyData(content, signature, HashAlgorithmName.SHA256);
            }

            using var rsa = RSA.Create(_rsa);
            return rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, _algorithm == SigningAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // A point that is not on the curve, or numbers that are no key: a stranger's text, not our failure.
            return false;
        }
    }

    private static string? Text(JsonElement jwk, string name) => jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>base64url in its one spelling: two spellings of a key would be two thumbprints.</summary>
    private static byte[]? Bytes(JsonElement jwk, string name)
    {
        if (Text(jwk, name) is not { Length: > 0 and <= 1024 } text || !Base64Url.IsValid(text))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }
}
