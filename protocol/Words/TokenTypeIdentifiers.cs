namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Token type identifiers of token exchange (RFC 8693 §3).</summary>
public static class TokenTypeIdentifiers
{
    /// <summary>An access token of ours.</summary>
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    /// <summary>A refresh token.</summary>
    public const string RefreshToken = "urn:ietf:params:oauth:token-type:refresh_token";

    /// <summary>An ID token.</summary>
    public const string IdToken = "urn:ietf:params:oauth:token-type:id_token";

    /// <summary>Any JWT.</summary>
    public const string Jwt = "urn:ietf:params:oauth:token-type:jwt";
}
