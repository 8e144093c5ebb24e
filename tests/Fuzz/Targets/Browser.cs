using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>
/// How a browser on <c>https://login.example.test/login</c> reads a <c>Location</c>: the states of the URL Standard (WHATWG) that decide scheme and
/// host, written independently of the product.
/// </summary>
internal static partial class Browser
{
    /// <summary>Host of the page a location is relative to.</summary>
    public const string OwnHost = "login.example.test";

    private const string OwnScheme = "https";
    private static readonly System.Buffers.SearchValues<char> _forbidden = System.Buffers.SearchValues.Create("\0\t\n\r #/:<>?@[\\]^|%\u007f");

    /// <summary>Where it leads.</summary>
    /// <param name="Scheme">Lower case.</param>
    /// <param name="Host">As the browser would connect to it; null where the browser fails.</param>
    public sealed record Place(string Scheme, string? Host);

    /// <summary>Reads a location.</summary>
    /// <param name="location">The value.</param>
    public static Place Resolve(string location)
    {
        var text = location.Trim([.. Enumerable.Range(0, 0x21).Select(static code => (char)code)])
            .Replace("\t", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        var match = SchemePart().Match(text);
        if (!match.Success)
        {
            return Relative(text);
        }

        var scheme = match.Groups[1].Value.ToLowerInvariant();
        var rest = text[match.Length..];
        return scheme is not ("http" or "https" or "ws" or "wss" or "ftp") ? new Place(scheme, null)
            : scheme == OwnScheme && !rest.StartsWith("//", StringComparison.Ordinal) ? Relative(rest)
            : new Place(scheme, Authority(rest.TrimStart('/', '\\')));
    }

    private static Place Relative(string text) =>
        text.Length > 1 && text[0] is '/' or '\\' && text.Length > 1 && text[1] is '/' or '\\'
            ? new Place(OwnScheme, Authority(text.TrimStart('/', '\\')))
            : new Place(OwnScheme, OwnHost);

    private static string? Authority(string text)
    {
        var end = text.IndexOfAny(['/', '\\', '?', '#']);
        var authority = end < 0 ? text : text[..end];
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        var bracket = host.LastIndexOf(']');
        var colon = host.IndexOf(':', Math.Max(0, bracket));
        return Domain(colon < 0 ? host : host[..colon]);
    }

    private static string? Domain(string host)
    {
        if (host.StartsWith('['))
        {
            return IPAddress.TryParse(host.Trim('[', ']'), out var address) ? $"[{address}]" : null;
        }

        try
        {
            var decoded = new UTF8Encoding(false, true).GetString(WebUtility.UrlDecodeToBytes(Encoding.UTF8.GetBytes(host.Replace("+", "%2B", StringComparison.Ordinal)), 0, Encoding.UTF8.GetByteCount(host.Replace("+", "%2B", StringComparison.Ordinal))));
            var ascii = Ascii.IsValid(decoded) ? decoded.ToLowerInvariant() : new IdnMapping().GetAscii(decoded).ToLowerInvariant();
            return ascii.Length == 0 || ascii.AsSpan().ContainsAny(_forbidden) ? null : ascii;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]*):")]
    private static partial Regex SchemePart();
}
