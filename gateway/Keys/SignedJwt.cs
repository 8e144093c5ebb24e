using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// Opens JSON Web Signatures of ours. Keys come from the ring and never from the token; a header parameter we do not write is refused
/// (RFC 8725 §3.1, §3.10), and so is every type but the one that is expected (§3.11).
/// </summary>
internal static class SignedJwt
{
    /// <summary>Longest token that is looked at.</summary>
    public const int MaxLength = JoseReading.MostCharacters;

    /// <summary>How claims are read: a claim that stands there twice refuses the token.</summary>
    public static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The claims as bytes; null when it is not signed by these keys. Never throws, whatever the text.</summary>
    /// <param name="token">The text.</param>
    /// <param name="type">The expected header parameter <c>typ</c>.</param>
    /// <param name="publicKeys">Public keys of the tenant.</param>
    /// <param name="sharedSecrets">Secrets an HS256 signature may be made with; empty refuses HS256.</param>
    public static byte[]? Open(string token, string type, ImmutableArray<PublicSigningKey> publicKeys, ImmutableArray<SymmetricKey> sharedSecrets)
    {
        var parts = token.Length <= MaxLength ? token.Split('.') : [];
        if (parts.Length != 3
            || JoseReading.Bytes(parts[0]) is not { } header
            || JoseReading.Bytes(parts[1]) is not { } payload
            || JoseReading.Bytes(parts[2]) is not { } signature)
        {
            return null;
        }

        try
        {
            return ReadHeader(header, type) is var (algorithm, kid)
                && IsSigned(Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]), signature, algorithm, kid, publicKeys, sharedSecrets)
                    ? payload
                    : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or CryptographicException)
        {
            // JSON that is none, parameters of a wrong kind, signatures of a wrong length: a stranger's text, not our failure.
            return null;
        }
    }

    private static (SigningAlgorithm Algorithm, string? Kid)? ReadHeader(byte[] header, string expectedType)
    {
        using var document = JsonDocument.Parse(header, Json);
        string? algorithm = null, type = null, kid = null;
        foreach (var parameter in document.RootElement.EnumerateObject())
        {
            switch (parameter.Name)
            {
                case JoseHeaderNames.Algorithm:
                    algorithm = parameter.Value.GetString();
                    break;
                case JoseHeaderNames.Type:
                    type = parameter.Value.GetString();
                    break;
                case JoseHeaderNames.KeyId:
                    kid = parameter.Value.GetString();
                    break;
                default:
                    return null;
            }
        }

        // The names are matched one by one: Enum.Parse would also take numbers.
        return type != expectedType ? null : algorithm switch
        {
            nameof(SigningAlgorithm.HS256) => (SigningAlgorithm.HS256, kid),
            nameof(SigningAlgorithm.RS256) => (SigningAlgorithm.RS256, kid),
            nameof(SigningAlgorithm.PS256) => (SigningAlgorithm.PS256, kid),
            nameof(SigningAlgorithm.ES256) => (SigningAlgorithm.ES256, kid),
            _ => null,
        };
    }

    private static bool IsSigned(
        byte[] signed, byte[] signature, SigningAlgorithm algorithm, string? kid, ImmutableArray<PublicSigningKey> publicKeys, ImmutableArray<SymmetricKey> sharedSecrets)
    {
        if (algorithm != SigningAlgorithm.HS256)
        {
            return publicKeys.FirstOrDefault(key => key.Kid == kid && key.Algorithm == algorithm) is { } known && IsSignedBy(known, signed, signature);
        }

        var found = false;
        foreach (var secret in sharedSecrets)
        {
            found |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret.Key.AsSpan(), signed), signature);
        }

        return found;
    }

    private static bool IsSignedBy(PublicSigningKey key, byte[] signed, byte[] signature)
    {
        if (key.Algorithm == SigningAlgorithm.ES256)
        {
            using var curve = ECDsa.Create();
            curve.ImportSubjectPublicKeyInfo(key.Spki.AsSpan(), out _);
            return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256);
        }

        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.Spki.AsSpan(), out _);
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, key.Algorithm == SigningAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }
}
