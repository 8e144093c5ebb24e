using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// Checks access tokens (RFC 9068 §4) with the tenant's own keys. Keys come from the ring and never from the token; a header parameter
/// we do not write is refused (RFC 8725 §3.1, §3.10), and so is every other type of token of ours.
/// </summary>
internal static class BearerToken
{
    /// <summary>Longest token that is looked at.</summary>
    public const int MaxLength = 8192;

    private static readonly TimeSpan _skew = TimeSpan.FromSeconds(60);

    private static readonly JsonDocumentOptions _json = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Checks a token. Never throws, whatever the text.</summary>
    /// <param name="token">The text behind <c>Bearer</c>.</param>
    /// <param name="tenant">The tenant whose host was asked.</param>
    /// <param name="issuer">Its issuer.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="now">The instant.</param>
    public static BearerVerdict Verify(string token, Tenant tenant, string issuer, TenantKeys keys, DateTimeOffset now)
    {
        var parts = token.Length <= MaxLength ? token.Split('.') : [];
        if (parts.Length != 3
            || !TryDecode(parts[0], out var headerBytes)
            || !TryDecode(parts[1], out var payload)
            || !TryDecode(parts[2], out var signature))
        {
            return new BearerVerdict.Invalid();
        }

        try
        {
            return ReadHeader(headerBytes) is var (algorithm, kid)
                && IsSigned(Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]), signature, algorithm, kid, tenant, keys)
                && Read(payload, tenant, issuer, now) is { } accessToken
                    ? new BearerVerdict.Valid(accessToken)
                    : new BearerVerdict.Invalid();
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException
            or ArgumentOutOfRangeException or CryptographicException)
        {
            // JSON that is none, claims of a wrong kind, signatures of a wrong length: a stranger's text, not our failure.
            return new BearerVerdict.Invalid();
        }
    }

    /// <summary>base64url without padding, white space or a second spelling.</summary>
    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length == 0 || !Base64Url.IsValid(text, out var length) || length == 0)
        {
            return false;
        }

        bytes = new byte[length];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done && written == length && Base64Url.EncodeToString(bytes) == text;
    }

    private static (SigningAlgorithm Algorithm, string? Kid)? ReadHeader(byte[] header)
    {
        using var document = JsonDocument.Parse(header, _json);
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
        return type != TokenTypes.AccessToken ? null : algorithm switch
        {
            nameof(SigningAlgorithm.HS256) => (SigningAlgorithm.HS256, kid),
            nameof(SigningAlgorithm.RS256) => (SigningAlgorithm.RS256, kid),
            nameof(SigningAlgorithm.PS256) => (SigningAlgorithm.PS256, kid),
            nameof(SigningAlgorithm.ES256) => (SigningAlgorithm.ES256, kid),
            _ => null,
        };
    }

    private static bool IsSigned(byte[] signed, byte[] signature, SigningAlgorithm algorithm, string? kid, Tenant tenant, TenantKeys keys)
    {
        if (algorithm == SigningAlgorithm.HS256)
        {
            // Every application that verifies the header token of such a tenant could also mint this one: only where the tenant says so.
            return tenant.Algorithm == SigningAlgorithm.HS256 && tenant.Interceptor.AcceptSharedSecretBearer && IsSignedByShared(signed, signature, keys);
        }

        foreach (var key in keys.SigningKeys)
        {
            if (key.Kid == kid && key.Algorithm == algorithm)
            {
                return IsSignedBy(key, signed, signature);
            }
        }

        return false;
    }

    private static bool IsSignedByShared(byte[] signed, byte[] signature, TenantKeys keys)
    {
        var found = false;
        foreach (var secret in keys.SharedSecrets)
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

    private static AccessToken? Read(byte[] payload, Tenant tenant, string issuer, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(payload, _json);
        var root = document.RootElement;
        var expires = Instant(root.GetProperty(JwtClaims.ExpiresAt));
        var issued = Instant(root.GetProperty(JwtClaims.IssuedAt));
        var notBefore = root.TryGetProperty(JwtClaims.NotBefore, out var nbf) ? Instant(nbf) : issued;
        if (expires <= now || issued > now + _skew || notBefore > now + _skew
            || root.GetProperty(JwtClaims.Tenant).GetString() != tenant.Name
            || root.GetProperty(JwtClaims.Issuer).GetString() != issuer
            || root.GetProperty(JwtClaims.Subject).GetString() is not { Length: > 0 } subject)
        {
            return null;
        }

        return new AccessToken
        {
            Claims = new IdentityClaims
            {
                Subject = subject,
                Tenant = tenant.Name,
                User = Text(root, JwtClaims.User) ?? "",
                Role = Text(root, JwtClaims.Role) ?? "",
                Scope = Text(root, JwtClaims.Scope) ?? "",
                ProfileJson = root.TryGetProperty(JwtClaims.Profile, out var profile) ? profile.GetRawText() : null,
                AuthTime = root.TryGetProperty(JwtClaims.AuthTime, out var authTime) ? Instant(authTime) : issued,
                ExpiresAt = expires,
            },
            Audiences = Audiences(root.GetProperty(JwtClaims.Audience)),
            TokenId = Text(root, JwtClaims.TokenId),
            SessionId = Text(root, JwtClaims.SessionId),
            GrantId = Text(root, JwtClaims.GrantId),
        };
    }

    private static ImmutableArray<string> Audiences(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.String ? [claim.GetString()!] : [.. claim.EnumerateArray().Select(static one => one.GetString()).OfType<string>()];

    private static string? Text(JsonElement root, string claim) => root.TryGetProperty(claim, out var value) ? value.GetString() : null;

    private static DateTimeOffset Instant(JsonElement value) => DateTimeOffset.FromUnixTimeSeconds(value.GetInt64());
}
