using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Hosts;

/// <summary>
/// One spelling per host: lower case, without port, international names as punycode. Everything odd is refused instead of
/// repaired, because two readers of an odd host seldom agree on whom it names.
/// </summary>
public static class HostName
{
    /// <summary>The longest host there is (RFC 1035 §2.3.4, without the root dot).</summary>
    public const int MaxLength = 253;

    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> _hex = SearchValues.Create("0123456789abcdef");

    private static readonly SearchValues<char> _ipv6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Brings the value of a <c>Host</c> or <c>X-Forwarded-Host</c> header into its one spelling.</summary>
    /// <param name="raw">The value, with or without a port. Lists, user names, paths, trailing dots and white space are refused.</param>
    /// <param name="host">The host, the very instance of <paramref name="raw"/> where that was in order already; empty when refused.</param>
    /// <returns>False for a value that names no host.</returns>
    public static bool TryNormalise(string? raw, out string host)
    {
        host = "";
        if (string.IsNullOrEmpty(raw) || raw.Length > 2 * MaxLength)
        {
            return false;
        }

        return raw[0] == '[' ? TryIpv6(raw, out host) : TryName(raw, out host);
    }

    /// <summary>The same, and the port as a number; 0 where the value names none.</summary>
    /// <param name="raw">The value.</param>
    /// <param name="host">The host; empty when refused.</param>
    /// <param name="port">The port, 0 for none.</param>
    public static bool TrySplit(string? raw, out string host, out int port)
    {
        port = 0;
        if (!TryNormalise(raw, out host))
        {
            return false;
        }

        var colon = raw!.LastIndexOf(':');
        if (colon >= 0 && raw[^1] != ']')
        {
            port = int.Parse(raw.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return true;
    }

    /// <summary>The host of an address as DNS spells it; null for characters no name can have, which <see cref="Uri"/> only notices when it is asked.</summary>
    /// <param name="uri">The address, from anybody.</param>
    public static string? IdnOf(Uri uri)
    {
        try
        {
            return uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>True when the text is a label of a host name: 1 to 63 of <c>a-z 0-9 - _</c>, no hyphen at an end.</summary>
    /// <param name="label">Lower case.</param>
    internal static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        foreach (var character in label)
        {
            if (!IsLabelCharacter(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What one <c>*</c> of a pattern stands for (contract http.md §2.5), in lower case.</summary>
    internal static bool IsLabelCharacter(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_';

    private static bool TryName(string raw, out string host)
    {
        host = "";
        var colon = raw.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && !IsPort(raw.AsSpan(colon + 1)))
        {
            return false;
        }

        var name = colon < 0 ? raw : raw[..colon];
        if (!Ascii.IsValid(name) && !TryPunycode(name, out name))
        {
            return false;
        }

        name = LowerCase(name);
        if (!IsName(name))
        {
            return false;
        }

        host = name;
        return true;
    }

    private static bool IsName(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        var rest = name.AsSpan();
        while (true)
        {
            var dot = rest.IndexOf('.');
            var label = dot < 0 ? rest : rest[..dot];
            if (!IsLabel(label))
            {
                return false;
            }

            if (dot < 0)
            {
                // A name that ends in a number is an address to some readers (127.1, 0x7f.1, 2130706433): only the usual form is one here.
                return !IsNumber(label) || IsDottedQuad(name);
            }

            rest = rest[(dot + 1)..];
        }
    }

    private static bool IsNumber(ReadOnlySpan<char> label) =>
        !label.ContainsAnyExceptInRange('0', '9')
        || (label.StartsWith("0x", StringComparison.Ordinal) && !label[2..].ContainsAnyExcept(_hex));

    private static bool IsDottedQuad(string name) =>
        IPAddress.TryParse(name, out var address)
        && address.AddressFamily == AddressFamily.InterNetwork
        && string.Equals(address.ToString(), name, StringComparison.Ordinal);

    private static bool TryIpv6(string raw, out string host)
    {
        host = "";
        var end = raw.IndexOf(']', StringComparison.Ordinal);
        if (end < 0 || (end + 1 < raw.Length && (raw[end + 1] != ':' || !IsPort(raw.AsSpan(end + 2)))))
        {
            return false;
        }

        var literal = raw.AsSpan(1, end - 1);
        if (literal.ContainsAnyExcept(_ipv6)
            || !IPAddress.TryParse(literal, out var address)
            || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        host = $"[{address}]";
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 5
        && !text.ContainsAnyExceptInRange('0', '9')
        && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string LowerCase(string name) =>
        name.AsSpan().ContainsAnyInRange('A', 'Z') ? string.Create(name.Length, name, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
            }
        }) : name;

    private static bool TryPunycode(string name, out string ascii)
    {
        ascii = "";
        // Dots of other scripts (U+3002, U+FF0E, U+FF61) split labels for some readers and not for others.
        if (name.AsSpan().ContainsAny('\u3002', '\uFF0E', '\uFF61'))
        {
            return false;
        }

        try
        {
            ascii = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(name);
            return true;
        }
        catch (ArgumentException)
        {
            // The only way IdnMapping says no.
            return false;
        }
    }
}
