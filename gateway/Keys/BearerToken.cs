using System.Collections.Immutable;
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
    /// <summary>
    /// How far ahead the clock of the silo that signed may be. Only our own keys sign these, so the instant protects from nobody; a clock that jumps by five minutes
    /// must not make good tokens bad (security.md, invariant 6).
    /// </summary>
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(6);

    /// <summary>Checks a token. Never throws, whatever the text.</summary>
    /// <param name="token">The text behind <c>Bearer</c>.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="issuer">Its issuer.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="now">The instant.</param>
    /// <param name="acceptShared">
    /// True takes tokens signed with the shared secret of an HS256 tenant: every application that verifies the header token of such a tenant could
    /// also mint them.
    /// </param>
    public static BearerVerdict Verify(string token, Tenant tenant, string issuer, TenantKeys keys, DateTimeOffset now, bool acceptShared)
    {
        var isShared = tenant.Algorithm == SigningAlgorithm.HS256;
        if (SignedJwt.Open(token, TokenTypes.AccessToken, isShared ? [] : keys.SigningKeys, isShared && acceptShared ? keys.SharedSecrets : []) is not { } payload)
        {
            return new BearerVerdict.Invalid();
        }

        try
        {
            return Read(payload, tenant, issuer, now) is { } accessToken ? new BearerVerdict.Valid(accessToken) : new BearerVerdict.Invalid();
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            // Claims of a wrong kind: signed by another version, or a bug. It opens nothing then.
            return new BearerVerdict.Invalid();
        }
    }

    /// <summary>Whether a token that was checked before is in its time now.</summary>
    /// <param name="token">The token.</param>
    /// <param name="now">The instant.</param>
    public static bool IsInTime(AccessToken token, DateTimeOffset now) => token.Claims.ExpiresAt > now && token.IssuedAt <= now + _skew && token.NotBefore <= now + _skew;

    private static AccessToken? Read(byte[] payload, Tenant tenant, string issuer, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(payload, SignedJwt.Json);
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
                ProfileIsInSession = root.TryGetProperty(JwtClaims.ProfileInSession, out var elsewhere) && elsewhere.GetBoolean(),
                AuthTime = root.TryGetProperty(JwtClaims.AuthTime, out var authTime) ? Instant(authTime) : issued,
                ExpiresAt = expires,
            },
            Audiences = Audiences(root.GetProperty(JwtClaims.Audience)),
            TokenId = Text(root, JwtClaims.TokenId),
            SessionId = Text(root, JwtClaims.SessionId),
            GrantId = Text(root, JwtClaims.GrantId),
            ClientId = Text(root, JwtClaims.ClientId),
            IsBound = root.TryGetProperty(JwtClaims.Confirmation, out var confirmation),
            Acr = Text(root, JwtClaims.Acr),
            AuthTime = authTime.ValueKind == JsonValueKind.Undefined ? null : Instant(authTime),
            Jkt = confirmation.ValueKind == JsonValueKind.Object ? Text(confirmation, JwtClaims.JwkThumbprint) : null,
            IssuedAt = issued,
            NotBefore = notBefore,
            Json = payload,
        };
    }

    private static ImmutableArray<string> Audiences(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.String ? [claim.GetString()!] : [.. claim.EnumerateArray().Select(static one => one.GetString()).OfType<string>()];

    private static string? Text(JsonElement root, string claim) => root.TryGetProperty(claim, out var value) ? value.GetString() : null;

    private static DateTimeOffset Instant(JsonElement value) => DateTimeOffset.FromUnixTimeSeconds(value.GetInt64());
}
