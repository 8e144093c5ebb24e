using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>Which access tokens open UserInfo (OpenID Connect Core §5.3).</summary>
public static class UserInfoRules
{
    /// <summary>
    /// Whether a token is meant for UserInfo: one for the client itself, which is what a client gets that names no resource, or one that names the issuer. A token
    /// for another resource opens that resource and nothing else: whoever serves it could ask here who the person is (RFC 8707 §3, RFC 9068 §5).
    /// </summary>
    /// <param name="audiences">Whom the token is for.</param>
    /// <param name="clientId">The client it was issued to, as the token spells it; null opens nothing but by the issuer.</param>
    /// <param name="issuer">The tenant's issuer.</param>
    public static bool IsMeant(ImmutableArray<string> audiences, string? clientId, string issuer) =>
        audiences.Any(audience => string.Equals(audience, issuer, StringComparison.Ordinal) || string.Equals(audience, clientId, StringComparison.Ordinal));
}
