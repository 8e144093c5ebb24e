using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// The token applications receive in <c>Authorization</c>: the contract's claims for one host. It has a type of its own and no session
/// id, and no endpoint of ours takes it for a login (design §4).
/// </summary>
internal static class HeaderToken
{
    /// <summary>
    /// Longest profile in a token, in bytes of JSON. With it a token stays within the 8 KB that many an application server allows one
    /// header; a longer profile is left out whole, because half a profile is somebody else's.
    /// </summary>
    public const int MostProfileBytes = 4096;

    private static readonly string _sharedHeader = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","typ":"{{TokenTypes.HeaderToken}}"}"""))}.";

    /// <summary>What a silo signs for tenants with a key pair.</summary>
    /// <param name="claims">Who.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="issuer">The tenant's issuer.</param>
    /// <param name="host">The application's host, which is the audience.</param>
    /// <param name="now">The instant.</param>
    /// <param name="end">From when on it is refused.</param>
    public static SigningRequest Request(IdentityClaims claims, Tenant tenant, string issuer, string host, DateTimeOffset now, DateTimeOffset end) => new()
    {
        Type = TokenTypes.HeaderToken,
        ClaimsJson = Encoding.UTF8.GetString(Payload(claims, tenant, issuer, host, now, end).WrittenSpan),
        Algorithm = tenant.Algorithm,
    };

    /// <summary>Signs with the shared secret of an HS256 tenant. Without <c>kid</c>, as in the contract (http.md §12.2).</summary>
    /// <param name="claims">Who.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="issuer">The tenant's issuer.</param>
    /// <param name="host">The application's host, which is the audience.</param>
    /// <param name="now">The instant.</param>
    /// <param name="end">From when on it is refused.</param>
    /// <param name="secret">The shared secret.</param>
    public static string Sign(IdentityClaims claims, Tenant tenant, string issuer, string host, DateTimeOffset now, DateTimeOffset end, SymmetricKey secret)
    {
        var signed = _sharedHeader + Base64Url.EncodeToString(Payload(claims, tenant, issuer, host, now, end).WrittenSpan);
        Span<byte> signature = stackalloc byte[KeyedHashes.Length];
        KeyedHashes.Of(secret.Key, Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Whether a profile can be carried.</summary>
    /// <param name="profileJson">The profile, or null.</param>
    public static bool Carries(string? profileJson) =>
        profileJson is null || profileJson.Length * 3 <= MostProfileBytes || Encoding.UTF8.GetByteCount(profileJson) <= MostProfileBytes;

    private static ArrayBufferWriter<byte> Payload(IdentityClaims claims, Tenant tenant, string issuer, string host, DateTimeOffset now, DateTimeOffset end)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString(JwtClaims.Issuer, issuer);
        writer.WriteString(JwtClaims.Subject, claims.Subject);
        writer.WriteString(JwtClaims.Audience, host);
        writer.WriteNumber(JwtClaims.ExpiresAt, end.ToUnixTimeSeconds());
        writer.WriteNumber(JwtClaims.IssuedAt, now.ToUnixTimeSeconds());
        writer.WriteNumber(JwtClaims.AuthTime, claims.AuthTime.ToUnixTimeSeconds());
        writer.WriteString(JwtClaims.Tenant, tenant.Name);
        if (claims.Responsibility is not null)
        {
            writer.WriteString(JwtClaims.Responsibility, claims.Responsibility);
        }

        writer.WriteString(JwtClaims.Role, claims.Role);
        writer.WriteString(JwtClaims.User, claims.User);
        writer.WriteString(JwtClaims.Scope, claims.Scope);
        if (claims.ProfileJson is not null && Carries(claims.ProfileJson))
        {
            writer.WritePropertyName(JwtClaims.Profile);
            writer.WriteRawValue(claims.ProfileJson);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer;
    }
}
