using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>The claims of an ID token (OpenID Connect Core §2, §3.1.3.6).</summary>
public static class IdTokenClaims
{
    /// <summary>The claims as one JSON object. Claims about the person come from UserInfo, unless the request names them for the ID token (OpenID Connect Core §5.4, §5.5).</summary>
    /// <param name="facts">What was agreed.</param>
    /// <param name="issuer">The tenant's issuer.</param>
    /// <param name="times">When it is good.</param>
    /// <param name="accessToken">The access token that comes with it.</param>
    /// <param name="grantId">The grant it descends from, or null: whoever takes the token for a proof of the person must be able to see that the grant has ended.</param>
    public static string Write(GrantFacts facts, string issuer, TokenTimes times, string accessToken, string? grantId)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(JwtClaims.Issuer, issuer);
            writer.WriteString(JwtClaims.Subject, facts.Subject);
            writer.WriteString(JwtClaims.Audience, facts.ClientId);
            writer.WriteNumber(JwtClaims.ExpiresAt, times.ExpiresAt.ToUnixTimeSeconds());
            writer.WriteNumber(JwtClaims.IssuedAt, times.IssuedAt.ToUnixTimeSeconds());
            writer.WriteNumber(JwtClaims.AuthTime, facts.AuthTime.ToUnixTimeSeconds());
            AccessTokenClaims.WriteText(writer, JwtClaims.Nonce, facts.Nonce);
            writer.WriteString(JwtClaims.AccessTokenHash, HashOf(accessToken));
            AccessTokenClaims.WriteText(writer, JwtClaims.SessionId, facts.Sid);
            AccessTokenClaims.WriteText(writer, JwtClaims.GrantId, grantId);
            AccessTokenClaims.WriteText(writer, JwtClaims.Acr, facts.Acr);
            AccessTokenClaims.WriteMethods(writer, facts.Amr);
            if (facts.ClaimsJson is { } claims && ClaimsRequest.Parse(claims) is { IdToken: { Count: > 0 } wishes })
            {
                PersonClaims.Write(writer, Person.Of(facts), wishes.Keys.Order(StringComparer.Ordinal));
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Left half of SHA-256; every algorithm of ours hashes with SHA-256 (OpenID Connect Core §3.1.3.6).</summary>
    private static string HashOf(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16));
}
