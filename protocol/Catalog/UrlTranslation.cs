using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Judges addresses in configuration.</summary>
internal static class UrlTranslation
{
    private const int MostCharacters = 2048;

    /// <summary>A link for the page footer: absolute http(s), or a path of the same site; anything else is left out with a warning.</summary>
    /// <remarks>The value becomes an <c>href</c>: a <c>javascript:</c> or <c>data:</c> address there would run in the login page.</remarks>
    public static string? Link(MappingReader block, string key)
    {
        if (block.Text(key)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (IsWeb(text) || IsPath(text))
        {
            return text;
        }

        block.Add(Problems.BadLink, key, "is not shown: write an address that begins with https://.");
        return null;
    }

    /// <summary>True for an absolute http or https address without user name.</summary>
    public static bool IsWeb(string text) => TryWeb(text) is not null;

    /// <summary>True for what may be an issuer (RFC 8414 §2): https without query and fragment, http on this machine only.</summary>
    public static bool IsIssuer(string text) =>
        TryWeb(text) is { } uri && text.AsSpan().IndexOfAny('?', '#') < 0 && ProtectedAddress.Is(uri);

    /// <summary>True for an address a client is reached at: https without fragment, http on this machine only.</summary>
    public static bool IsProtected(string text) =>
        TryWeb(text) is { } uri && !text.Contains('#', StringComparison.Ordinal) && ProtectedAddress.Is(uri);

    private static Uri? TryWeb(string text) =>
        text.Length <= MostCharacters
        && !text.Any(static c => char.IsControl(c) || c is ' ' or '\\')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.UserInfo.Length == 0
        && HostName.TryNormalise(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : HostName.IdnOf(uri), out _)
            ? uri
            : null;

    // "//host" and "/\host" are other sites to a browser.
    private static bool IsPath(string text) =>
        text.Length <= MostCharacters && text[0] == '/' && (text.Length == 1 || text[1] is not ('/' or '\\')) && !text.Any(static c => char.IsControl(c) || c == '\\');
}
