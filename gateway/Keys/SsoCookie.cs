using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// The login cookie: a JWT signed with the tenant's cookie key, which never leaves the cluster. Its header is one constant text, so
/// there is nothing in it to negotiate: no algorithm, no key address, no critical extension.
/// </summary>
internal static class SsoCookie
{
    /// <summary>Longest cookie value we make or read. Browsers keep 4096 bytes with name and attributes (RFC 6265bis §5.6).</summary>
    public const int MaxLength = 3800;

    /// <summary>The audience of every login cookie; nothing else of ours carries it.</summary>
    public const string Audience = "uitsmijter-sso";

    /// <summary>How far ahead the clock of another gateway may be: a jump of five minutes logs nobody out. Only our own keys sign cookies.</summary>
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(6);

    /// <summary>base64url of the header, and its dot.</summary>
    private static readonly string _header = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","typ":"{{TokenTypes.SsoCookie}}"}"""))}.";

    private static readonly SearchValues<char> _alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions _json = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Makes the cookie of a living session. Of a profile that does not fit the cookie only says that the session has it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="keys">The tenant's keys; the first cookie key signs.</param>
    /// <param name="issuer">The tenant's issuer.</param>
    /// <param name="now">The instant.</param>
    /// <param name="life">Life of the cookie; never past the session's own end.</param>
    /// <returns>Null when not even that fits: subject, name and role are too long together.</returns>
    public static string? Mint(Session session, Tenant tenant, TenantKeys keys, string issuer, DateTimeOffset now, TimeSpan life)
    {
        var end = now + life < session.ExpiresAt ? now + life : session.ExpiresAt;
        var token = Sign(Payload(session, tenant, issuer, now, end, session.ProfileJson), keys.CookieKeys[0]);
        if (token.Length > MaxLength && session.ProfileJson is not null)
        {
            token = Sign(Payload(session, tenant, issuer, now, end, profileJson: null), keys.CookieKeys[0]);
        }

        return token.Length <= MaxLength ? token : null;
    }

    /// <summary>Checks a cookie: signature first, then purpose, tenant and time. Never throws, whatever the text.</summary>
    /// <param name="token">The cookie's value.</param>
    /// <param name="keys">The tenant's keys; every cookie key verifies.</param>
    /// <param name="tenant">The tenant whose host was asked.</param>
    /// <param name="now">The instant.</param>
    public static SsoCookieVerdict Verify(ReadOnlySpan<char> token, TenantKeys keys, Tenant tenant, DateTimeOffset now)
    {
        if (token.Length > MaxLength || token.Count('.') != 2)
        {
            return Refuse(SsoCookieProblem.Malformed);
        }

        if (!token.StartsWith(_header, StringComparison.Ordinal))
        {
            return Refuse(SsoCookieProblem.Header);
        }

        var signatureDot = token.LastIndexOf('.');
        if (!TryDecodeSignature(token[(signatureDot + 1)..], stackalloc byte[KeyedHashes.Length], out var signature)
            || !IsSigned(token[..signatureDot], signature, keys))
        {
            return Refuse(SsoCookieProblem.Signature);
        }

        return Judge(token[_header.Length..signatureDot], tenant, now);
    }

    /// <summary>The tenant an unverified cookie names: a metric, or a hint whose keys must verify it before it means anything.</summary>
    /// <param name="token">The cookie's value, from anybody.</param>
    public static string? ClaimedTenant(ReadOnlySpan<char> token)
    {
        var end = token.LastIndexOf('.');
        return token.Length <= MaxLength && token.StartsWith(_header, StringComparison.Ordinal) && end > _header.Length && Read(token[_header.Length..end]) is var (claims, _)
            ? claims.Tenant
            : null;
    }

    private static SsoCookieVerdict Judge(ReadOnlySpan<char> payload, Tenant tenant, DateTimeOffset now)
    {
        if (Read(payload) is not ({ } claims, var audience))
        {
            return Refuse(SsoCookieProblem.Claims);
        }

        if (audience != Audience || claims.Tenant != tenant.Name)
        {
            return Refuse(SsoCookieProblem.Audience);
        }

        if (claims.IssuedAt > now + _skew)
        {
            return Refuse(SsoCookieProblem.NotYetValid);
        }

        return claims.ExpiresAt <= now ? Refuse(SsoCookieProblem.Expired) : new SsoCookieVerdict.Valid(claims);
    }

    private static SsoCookieVerdict.Invalid Refuse(SsoCookieProblem problem) => new(problem);

    private static bool IsSigned(ReadOnlySpan<char> signed, ReadOnlySpan<byte> signature, TenantKeys keys)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        Span<byte> expected = stackalloc byte[KeyedHashes.Length];
        if (signed[_header.Length..].ContainsAnyExcept(_alphabet))
        {
            return false;
        }

        var length = Encoding.ASCII.GetBytes(signed, bytes);
        var found = false;
        foreach (var key in keys.CookieKeys)
        {
            KeyedHashes.Of(key.Key, bytes[..length], expected);
            found |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        return found;
    }

    /// <summary>43 characters are 258 bits: the two that are left over must be zero, or one cookie would have four spellings.</summary>
    private static bool TryDecodeSignature(ReadOnlySpan<char> text, Span<byte> buffer, out ReadOnlySpan<byte> signature)
    {
        signature = default;
        if (text.Length != 43
            || text.ContainsAnyExcept(_alphabet)
            || Base64Url.DecodeFromChars(text, buffer, out _, out var written) != OperationStatus.Done
            || written != buffer.Length)
        {
            return false;
        }

        Span<char> again = stackalloc char[43];
        Base64Url.EncodeToChars(buffer, again);
        signature = buffer;
        return text.SequenceEqual(again);
    }

    private static string Sign(byte[] payload, SymmetricKey key)
    {
        var signed = _header + Base64Url.EncodeToString(payload);
        Span<byte> signature = stackalloc byte[KeyedHashes.Length];
        KeyedHashes.Of(key.Key, Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static byte[] Payload(Session session, Tenant tenant, string issuer, DateTimeOffset now, DateTimeOffset end, string? profileJson)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(JwtClaims.Issuer, issuer);
            writer.WriteString(JwtClaims.Subject, session.Subject);
            writer.WriteString(JwtClaims.Audience, Audience);
            writer.WriteNumber(JwtClaims.ExpiresAt, end.ToUnixTimeSeconds());
            writer.WriteNumber(JwtClaims.IssuedAt, now.ToUnixTimeSeconds());
            writer.WriteNumber(JwtClaims.AuthTime, session.AuthTime.ToUnixTimeSeconds());
            writer.WriteString(JwtClaims.Tenant, tenant.Name);
            writer.WriteString(JwtClaims.Responsibility, session.Responsibility);
            writer.WriteString(JwtClaims.Role, session.Role);
            writer.WriteString(JwtClaims.User, session.User);
            writer.WriteString(JwtClaims.Scope, "");
            writer.WriteString(JwtClaims.SessionId, session.Sid);
            writer.WriteString(JwtClaims.Mode, session.Mode);
            if (session.Acr is not null)
            {
                writer.WriteString(JwtClaims.Acr, session.Acr);
            }

            if (profileJson is not null)
            {
                writer.WritePropertyName(JwtClaims.Profile);
                writer.WriteRawValue(profileJson);
            }
            else if (session.ProfileJson is not null)
            {
                writer.WriteBoolean(JwtClaims.ProfileInSession, true);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static (SsoClaims Claims, string Audience)? Read(ReadOnlySpan<char> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(payload), _json);
            var root = document.RootElement;
            return (new SsoClaims
            {
                Issuer = Text(root, JwtClaims.Issuer),
                Subject = Text(root, JwtClaims.Subject),
                Tenant = Text(root, JwtClaims.Tenant),
                Responsibility = Text(root, JwtClaims.Responsibility),
                Role = Text(root, JwtClaims.Role),
                User = Text(root, JwtClaims.User),
                Scope = Text(root, JwtClaims.Scope),
                Sid = Text(root, JwtClaims.SessionId),
                Mode = Text(root, JwtClaims.Mode),
                Acr = root.TryGetProperty(JwtClaims.Acr, out var acr) ? acr.GetString() : null,
                ProfileJson = root.TryGetProperty(JwtClaims.Profile, out var profile) ? profile.GetRawText() : null,
                ProfileIsInSession = root.TryGetProperty(JwtClaims.ProfileInSession, out var elsewhere) && elsewhere.GetBoolean(),
                AuthTime = Instant(root, JwtClaims.AuthTime),
                IssuedAt = Instant(root, JwtClaims.IssuedAt),
                ExpiresAt = Instant(root, JwtClaims.ExpiresAt),
            }, Text(root, JwtClaims.Audience));
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            // Signed by us and yet unreadable: written by another version, or a bug. It is no cookie then.
            return null;
        }
    }

    private static string Text(JsonElement root, string claim) =>
        root.GetProperty(claim).GetString() ?? throw new FormatException("A text claim is null.");

    /// <summary>Whole seconds only: <c>GetInt64</c> refuses fractions and exponents.</summary>
    private static DateTimeOffset Instant(JsonElement root, string claim) => DateTimeOffset.FromUnixTimeSeconds(root.GetProperty(claim).GetInt64());
}
