namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Values of <c>token_type_hint</c> (RFC 7009 §2.1).</summary>
public static class TokenTypeHints
{
    /// <summary>An access token.</summary>
    public const string AccessToken = "access_token";

    /// <summary>A refresh token.</summary>
    public const string RefreshToken = "refresh_token";
}
