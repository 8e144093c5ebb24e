using System.Text;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>Addresses as <c>htu</c> compares them: without query and fragment, normalised by scheme and syntax (RFC 9449 §4.3, RFC 3986 §6.2.2, §6.2.3).</summary>
public static class HttpTarget
{
    private const int MaxLength = 20 * 1024;

    /// <summary>The one spelling of an address; null when it is none.</summary>
    /// <param name="url">The address, from anybody.</param>
    public static string? Normalise(string? url)
    {
        // Backslashes and white space: Uri would repair them, others would not.
        if (url is not { Length: > 0 and <= MaxLength }
            || url.AsSpan().ContainsAny('\\', ' ')
            || url.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c))
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0
            || HostName.IdnOf(uri) is not { Length: > 0 } host)
        {
            return null;
        }

        var authority = uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
        return $"{uri.Scheme}://{authority}{UpperHex(uri.GetComponents(UriComponents.Path | UriComponents.KeepDelimiter, UriFormat.UriEscaped))}";
    }

    /// <summary>RFC 3986 §6.2.2.1: the digits of an escaped byte have no case.</summary>
    private static string UpperHex(string path)
    {
        if (!path.Contains('%', StringComparison.Ordinal))
        {
            return path;
        }

        var text = new StringBuilder(path);
        for (var at = 0; at + 2 < text.Length; at++)
        {
            if (text[at] == '%')
            {
                text[at + 1] = char.ToUpperInvariant(text[at + 1]);
                text[at + 2] = char.ToUpperInvariant(text[at + 2]);
            }
        }

        return text.ToString();
    }
}
