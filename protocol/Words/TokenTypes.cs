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
}
