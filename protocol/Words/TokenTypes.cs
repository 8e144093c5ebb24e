namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Values of the JWT header parameter <c>typ</c>: one per purpose, so that no token passes for another (RFC 8725 §3.11).</summary>
public static class TokenTypes
{
    /// <summary>Access token (RFC 9068 §2.1).</summary>
    public const string AccessToken = "at+jwt";

    /// <summary>The login cookie; never leaves browser and gateway.</summary>
    public const string SsoCookie = "uitsmijter-sso+jwt";

    /// <summary>The token forward-auth hands to applications in <c>Authorization</c>.</summary>
    public const string HeaderToken = "uitsmijter-header+jwt";

    /// <summary>ID token; OpenID Connect names no type of its own.</summary>
    public const string IdToken = "JWT";

    /// <summary>Logout token (Back-Channel Logout §2.4).</summary>
    public const string LogoutToken = "logout+jwt";

    /// <summary>Signed introspection answer (RFC 9701 §5).</summary>
    public const string IntrospectionAnswer = "token-introspection+jwt";

    /// <summary>DPoP proof (RFC 9449 §4.2).</summary>
    public const string DpopProof = "dpop+jwt";
}
