using System.Buffers;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Sessions;

/// <summary>The claims of a logout token (Back-Channel Logout §2.4). Never with <c>nonce</c>: nobody can pass it for an ID token.</summary>
public static class LogoutTokenClaims
{
    /// <summary>The only member of <c>events</c>.</summary>
    public const string Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>How long a token is good: two minutes, as the standard proposes; every attempt sends a new one.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    /// <summary>The claims as one JSON object.</summary>
    /// <param name="issuer">The tenant's issuer, as in the ID token.</param>
    /// <param name="subject">Who was logged in.</param>
    /// <param name="audience">The client, spelled as in its ID token.</param>
    /// <param name="sid">The session that ended.</param>
    /// <param name="tokenId">A fresh <c>jti</c>.</param>
    /// <param name="now">The instant of the attempt.</param>
    public static string Write(string issuer, string subject, string audience, string sid, string tokenId, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(JwtClaims.Issuer, issuer);
            writer.WriteString(JwtClaims.Subject, subject);
            writer.WriteString(JwtClaims.Audience, audience);
            writer.WriteNumber(JwtClaims.IssuedAt, now.ToUnixTimeSeconds());
            writer.WriteNumber(JwtClaims.ExpiresAt, (now + Life).ToUnixTimeSeconds());
            writer.WriteString(JwtClaims.TokenId, tokenId);
            writer.WriteString(JwtClaims.SessionId, sid);
            writer.WriteStartObject(JwtClaims.Events);
            writer.WriteStartObject(Event);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
