using System.Globalization;
using System.Text;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// Reads <c>for</c>, <c>location</c> and <c>post_logout_redirect_uri</c> in every spelling of the contract: <c>https://host/path</c>,
/// <c>//host/path</c>, <c>/path</c>, a host without scheme, and each of them percent-encoded as a whole. Whatever a browser could
/// read differently from us is refused, never repaired: backslashes, user names, odd schemes, control characters.
/// </summary>
public static class ReturnTargetRules
{
    /// <summary>Longest target: as long as the longest request line a browser could send back to us.</summary>
    public const int MaxLength = 8192;

    private const string HttpScheme = "http:";
    private const string HttpsScheme = "https:";

    /// <summary>Reads a value as it stands in a query, still percent-encoded. A plus stays a plus: it means itself in a URL's path.</summary>
    /// <param name="raw">The raw value; null, empty or unreadable ones give null.</param>
    public static ReturnTarget? ParseEncoded(string? raw) =>
        string.IsNullOrEmpty(raw) || raw.Length > 3 * MaxLength ? null : Parse(Decode(raw));

    /// <summary>Reads a decoded value, as it stands in a form field.</summary>
    /// <param name="text">The value; null, empty or unreadable ones give null.</param>
    public static ReturnTarget? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return null;
        }

        return IsEncodedAsAWhole(text) ? ParseOnce(Decode(text)) : ParseOnce(text);
    }

    private static ReturnTarget? ParseOnce(string text)
    {
        var ascii = ToAscii(text);
        if (ascii.Length is 0 or > MaxLength || ascii[0] == ' ' || ascii[^1] == ' ' || ascii.AsSpan().ContainsAnyInRange('\0', '\u001f') || ascii.Contains('\u007f', StringComparison.Ordinal))
        {
            return null;
        }

        var (prefix, rest, isBare) = Split(ascii);
        var target = prefix is null ? null
            : prefix.Length == 0 && !isBare ? Relative(rest)
            : Absolute(prefix, rest, isBare);

        // What is longer than the longest once it is written out could not be read back from the form that carries it.
        return target?.Text.Length > MaxLength ? null : target;
    }

    /// <summary>What stands before the authority, and the rest; a null prefix refuses.</summary>
    private static (string? Prefix, string Remainder, bool IsBare) Split(string text)
    {
        if (text.StartsWith("//", StringComparison.Ordinal))
        {
            return ("//", text[2..], false);
        }

        if (text[0] == '/')
        {
            return ("", text, false);
        }

        foreach (var scheme in (ReadOnlySpan<string>)[HttpsScheme, HttpScheme])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                // "https:evil" and "https:/evil" are absolute for a browser: only two slashes are one thing to everybody.
                var isUrl = text.AsSpan(scheme.Length).StartsWith("//", StringComparison.Ordinal);
                return isUrl ? ($"{scheme}//", text[(scheme.Length + 2)..], false) : (null, "", false);
            }
        }

        return ("//", text, true);
    }

    private static ReturnTarget? Relative(string text) => HasBackslashInPath(text) ? null : new ReturnTarget(Printable(text), null);

    private static ReturnTarget? Absolute(string prefix, string rest, bool isBare)
    {
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var tail = end < 0 ? "" : rest[end..];
        if (HasBackslashInPath(rest) || !TryAuthority(authority, out var host, out var spelled))
        {
            return null;
        }

        // Without a scheme only what looks like a host is one: "authorize" or "x:y" could be anything.
        if (isBare && !host.Contains('.', StringComparison.Ordinal) && host != "localhost")
        {
            return null;
        }

        return new ReturnTarget(prefix + spelled + Printable(tail), host);
    }

    /// <summary>The host, and the authority as it is sent on: international names as punycode, everything else as it came.</summary>
    private static bool TryAuthority(string authority, out string host, out string spelled)
    {
        spelled = authority;
        host = "";
        if (authority.Contains('%', StringComparison.Ordinal))
        {
            if (!TryInternational(authority, out var decoded) || !HostName.TryNormalise(decoded, out host))
            {
                return false;
            }

            var port = decoded.IndexOf(':', StringComparison.Ordinal);
            spelled = port < 0 ? host : host + decoded[port..];
            return true;
        }

        return HostName.TryNormalise(authority, out host);
    }

    /// <summary>Only bytes beyond ASCII may be encoded in a host: <c>%2e</c> or <c>%2f</c> there is an attack.</summary>
    private static bool TryInternational(string authority, out string decoded)
    {
        decoded = "";
        for (var i = authority.IndexOf('%', StringComparison.Ordinal); i >= 0; i = authority.IndexOf('%', i + 1))
        {
            if (!TryByte(authority, i, out var value) || value < 0x80)
            {
                return false;
            }
        }

        try
        {
            decoded = new UTF8Encoding(false, true).GetString(DecodeBytes(authority));
            return true;
        }
        catch (DecoderFallbackException)
        {
            // Not UTF-8: no host.
            return false;
        }
    }

    private static bool HasBackslashInPath(string text)
    {
        var end = text.AsSpan().IndexOfAny('?', '#');
        return (end < 0 ? text.AsSpan() : text.AsSpan(0, end)).Contains('\\');
    }

    private static bool IsEncodedAsAWhole(string text) =>
        text.StartsWith("%2f", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https%3a", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("http%3a", StringComparison.OrdinalIgnoreCase);

    /// <summary>Percent-decodes once; bytes that are no ASCII stay encoded, so that they arrive as they were.</summary>
    private static string Decode(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && TryByte(text, i, out var value))
            {
                _ = value < 0x80 ? result.Append((char)value) : Append(result, value);
                i += 2;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }

    private static byte[] DecodeBytes(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && TryByte(text, i, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return [.. bytes];
    }

    private static bool TryByte(string text, int at, out byte value)
    {
        value = 0;
        return at + 2 < text.Length
            && char.IsAsciiHexDigit(text[at + 1])
            && char.IsAsciiHexDigit(text[at + 2])
            && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static string ToAscii(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            _ = value < 0x80 ? result.Append((char)value) : Append(result, value);
        }

        return result.ToString();
    }

    /// <summary>The four characters a header or a page could trip over; browsers never send them bare.</summary>
    private static string Printable(string text)
    {
        if (!text.AsSpan().ContainsAny(" \"<>"))
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = character is ' ' or '"' or '<' or '>' ? Append(result, (byte)character) : result.Append(character);
        }

        return result.ToString();
    }

    private static StringBuilder Append(StringBuilder result, byte value) =>
        result.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
}
