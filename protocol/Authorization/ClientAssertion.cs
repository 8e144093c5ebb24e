using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>A client assertion (RFC 7523 §2.2) taken apart. Nothing of it is proven yet. Never printed.</summary>
public sealed class ClientAssertion
{
    private const int MostCharacters = 8192;

    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Header parameters that change how a signature is read (RFC 7515 §4.1.11, RFC 7797 §3); none is understood, so none may be there.</summary>
    private static readonly string[] _refused = [JoseHeaderNames.Critical, "b64"];

    private ClientAssertion()
    {
    }

    /// <summary>The algorithm it names.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The key it names, or null.</summary>
    public string? KeyId { get; init; }

    /// <summary>The media type it names, or null.</summary>
    public string? Type { get; init; }

    /// <summary>What was signed, ASCII.</summary>
    public required ImmutableArray<byte> Input { get; init; }

    /// <summary>The signature.</summary>
    public required ImmutableArray<byte> Signature { get; init; }

    /// <summary><c>iss</c>, or null.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>sub</c>, or null.</summary>
    public string? Subject { get; init; }

    /// <summary><c>jti</c>, or null.</summary>
    public string? TokenId { get; init; }

    /// <summary><c>aud</c>; empty where it is missing or no text.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary><c>exp</c>, or null.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary><c>nbf</c>, or null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary><c>iat</c>, or null.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>Takes an assertion apart; null when it is none. Keys it brings along (<c>jwk</c>, <c>jku</c>, <c>x5c</c>, <c>x5u</c>) are not looked at.</summary>
    /// <param name="text">The assertion in compact form, from anybody.</param>
    public static ClientAssertion? Read(string text)
    {
        if (text.Length > MostCharacters || text.Split('.') is not [var head, var body, var tail] || JoseReading.Bytes(head) is not { } header || JoseReading.Bytes(body) is not { } payload || JoseReading.Bytes(tail) is not { } signature)
        {
            return null;
        }

        try
        {
            using var headers = JsonDocument.Parse(header, _strict);
            using var claims = JsonDocument.Parse(payload, _strict);
            return headers.RootElement.ValueKind is JsonValueKind.Object && claims.RootElement.ValueKind is JsonValueKind.Object
                ? Read(headers.RootElement, claims.RootElement, Encoding.ASCII.GetBytes(text[..text.LastIndexOf('.')]), signature)
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ClientAssertion? Read(JsonElement header, JsonElement claims, byte[] input, byte[] signature)
    {
        if (JoseReading.Text(header, JoseHeaderNames.Algorithm) is not { } algorithm || _refused.Any(name => header.TryGetProperty(name, out _)))
        {
            return null;
        }

        // A time that is there and cannot be read must not count as one that is not there.
        return TryTime(claims, JwtClaims.ExpiresAt, out var expires) && TryTime(claims, JwtClaims.NotBefore, out var notBefore) && TryTime(claims, JwtClaims.IssuedAt, out var issued)
            ? new ClientAssertion
            {
                Algorithm = algorithm,
                KeyId = JoseReading.Text(header, JoseHeaderNames.KeyId),
                Type = JoseReading.Text(header, JoseHeaderNames.Type),
                Input = [.. input],
                Signature = [.. signature],
                Issuer = JoseReading.Text(claims, JwtClaims.Issuer),
                Subject = JoseReading.Text(claims, JwtClaims.Subject),
                TokenId = JoseReading.Text(claims, JwtClaims.TokenId),
                Audiences = AudiencesOf(claims),
                ExpiresAt = expires,
                NotBefore = notBefore,
                IssuedAt = issued,
            }
            : null;
    }

    private static ImmutableArray<string> AudiencesOf(JsonElement claims)
    {
        if (!claims.TryGetProperty(JwtClaims.Audience, out var audience))
        {
            return [];
        }

        return audience.ValueKind switch
        {
            JsonValueKind.String => [audience.GetString()!],
            JsonValueKind.Array when audience.EnumerateArray().All(static one => one.ValueKind is JsonValueKind.String) => [.. audience.EnumerateArray().Select(static one => one.GetString()!)],
            _ => [],
        };
    }

    /// <summary>RFC 7519 §2: seconds, not necessarily whole. Beyond the year 9999 nothing is a time.</summary>
    private static bool TryTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var member))
        {
            return true;
        }

        if (member.ValueKind is not JsonValueKind.Number || !member.TryGetDouble(out var seconds) || seconds is not (>= 0 and < 253_402_300_800))
        {
            return false;
        }

        time = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds);
        return true;
    }
}
