using System.Buffers;
using System.Text;

namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>
/// The path public-path patterns are matched against. It exists only where every application reads the same path: no dot segments, no
/// encoded separators, no double encoding, nothing a framework might cut, fold or decode once more. What is not plain is never public;
/// it may still be entered with a login (attack groups 9 to 11).
/// </summary>
public static class PolicyPath
{
    /// <summary>Longest path that can be public.</summary>
    public const int MaxLength = 2048;

    /// <summary>Raw characters some reader treats specially: parameters, the other slash, a fragment, and what URLs do not contain.</summary>
    private static readonly SearchValues<char> _odd = SearchValues.Create(";#\\\"<>^`{|}");

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Brings a path into the one form patterns are written in: decoded, without query.</summary>
    /// <param name="target">Path and query as received.</param>
    /// <param name="path">The path, starting with a slash; empty when it is suspicious.</param>
    /// <returns>False for a path two readers could understand differently.</returns>
    public static bool TryCanonicalise(string target, out string path)
    {
        path = "";
        var raw = WithoutQuery(target);
        if (raw.Length is 0 or > MaxLength || raw[0] != '/' || raw.ContainsAny(_odd) || !Ascii.IsValid(raw) || !TryDecode(raw, out var decoded))
        {
            return false;
        }

        if (!AreSegmentsPlain(decoded))
        {
            return false;
        }

        path = decoded;
        return true;
    }

    /// <summary>Whether a path has a segment that some reader would take for <c>.</c> or <c>..</c>: encoded, behind a backslash, or with parameters.</summary>
    /// <param name="target">Path and query as received.</param>
    public static bool HasDotSegment(string target)
    {
        var raw = WithoutQuery(target);
        if (!raw.ContainsAny('.', '%'))
        {
            return false;
        }

        var path = raw.ToString();
        foreach (var segment in path.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase).Replace("%5c", "/", StringComparison.OrdinalIgnoreCase)
            .Replace("%252e", ".", StringComparison.OrdinalIgnoreCase).Replace("%2e", ".", StringComparison.OrdinalIgnoreCase).Split('/', '\\'))
        {
            var end = segment.AsSpan().IndexOf(';');
            var name = end < 0 ? segment.AsSpan() : segment.AsSpan(0, end);
            if (name is "." or "..")
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> WithoutQuery(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target.AsSpan(0, query);
    }

    private static bool TryDecode(ReadOnlySpan<char> raw, out string decoded)
    {
        decoded = "";
        if (raw.ContainsAnyInRange('\0', ' ') || raw.Contains('\u007F'))
        {
            return false;
        }

        if (!raw.Contains('%'))
        {
            decoded = raw.ToString();
            return true;
        }

        var bytes = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '%')
            {
                bytes[length++] = (byte)raw[i];
                continue;
            }

            if (i + 2 >= raw.Length || !char.IsAsciiHexDigit(raw[i + 1]) || !char.IsAsciiHexDigit(raw[i + 2]))
            {
                return false;
            }

            var value = Convert.FromHexString(raw.Slice(i + 1, 2))[0];
            if (!IsHarmless(value))
            {
                return false;
            }

            bytes[length++] = value;
            i += 2;
        }

        return TryText(bytes.AsSpan(0, length), out decoded);
    }

    /// <summary>Encoded separators, percent signs (double encoding) and controls change meaning with the number of decodings.</summary>
    private static bool IsHarmless(byte value) => value is >= 0x20 and not (0x7F or (byte)'%' or (byte)'/' or (byte)'\\' or (byte)';' or (byte)'?' or (byte)'#');

    private static bool TryText(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        try
        {
            text = _strict.GetString(bytes);

            // A full-width dot or slash is one after the compatibility folding some frameworks do.
            return Ascii.IsValid(bytes) || text.IsNormalized(NormalizationForm.FormKC);
        }
        catch (DecoderFallbackException)
        {
            // Overlong forms and stray bytes are repaired differently by everyone (attack group 9).
            return false;
        }
    }

    private static bool AreSegmentsPlain(string path)
    {
        var rest = path.AsSpan(1);
        while (true)
        {
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];

            // An empty segment in the middle is dropped by some; a dot (also of "." and "..") or white space at the end by Windows.
            if ((segment.IsEmpty && slash >= 0) || segment.EndsWith('.') || segment.Trim().Length != segment.Length)
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            rest = rest[(slash + 1)..];
        }
    }
}
