using System.Buffers;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Which response headers a tenant may fill with claims; read where configuration is translated and again where headers are written.</summary>
public static class IdentityHeaderRules
{
    /// <summary>Longest name.</summary>
    public const int MostCharacters = 64;

    // RFC 9110 §5.6.2, without what proxies and gateways treat as aliases of other characters.
    private static readonly SearchValues<char> _characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    // Headers that frame a message, steer the proxy, or already have a meaning in our answers.
    private static readonly HashSet<string> _reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", ForwardHeaderNames.UserIdent, ForwardHeaderNames.LoginUrl, "WWW-Authenticate", "Location", "Set-Cookie", "Cookie", "Host",
        "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Content-Type", "Content-Encoding", "Cache-Control",
        "Date", "Server", "Vary", "Age", "Retry-After", "Allow", "Expect", "Forwarded", "Origin", "Referer", "Strict-Transport-Security",
        "Content-Security-Policy",
    };

    private static readonly string[] _reservedPrefixes = ["X-Forwarded-", "X-Original-", "X-Uitsmijter-", "Access-Control-", "Sec-", "Proxy-"];

    /// <summary>Whether a text is a header name every proxy reads the same way.</summary>
    /// <param name="name">The text.</param>
    public static bool IsName(string name) => name.Length is > 0 and <= MostCharacters && !name.AsSpan().ContainsAnyExcept(_characters);

    /// <summary>Whether a header already has a meaning in HTTP or in forward-auth.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsReserved(string name) =>
        _reserved.Contains(name) || Array.Exists(_reservedPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
