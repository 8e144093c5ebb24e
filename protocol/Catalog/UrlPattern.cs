using System.Buffers;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// Judges the regular expressions of <c>redirect_urls</c> and <c>referrers</c> when they are loaded: whether they are any, and whether they match more
/// than their owner thinks. They are judged as if they had to match the whole address, as the design demands (§4).
/// </summary>
internal static class UrlPattern
{
    private const int MostCharacters = 2048;
    private const string SchemeEnd = "://";

    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(50);

    // Texts of these characters are regular expressions by construction; most patterns are, and a catalog has many.
    private static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:=&%~,@!;'\"#<> ");

    private static readonly string[] _strangers = ["https://attacker.invalid/", "http://attacker.invalid/a?b=c", "https://attacker.invalid"];

    /// <summary>Why the pattern cannot be used, or null.</summary>
    public static string? WhyBroken(string pattern)
    {
        if (pattern.Length is 0 or > MostCharacters)
        {
            return pattern.Length == 0 ? "it is empty." : $"it is longer than {MostCharacters} characters.";
        }

        return IsSimple(pattern) || TryMake(pattern) is not null ? null : "it is no regular expression.";
    }

    /// <summary>Why the pattern matches foreign addresses, or null.</summary>
    public static string? WhyLoose(string pattern)
    {
        var start = pattern.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if ((start < 0 || !IsSimple(pattern)) && MatchesStranger(pattern))
        {
            return "matches addresses of any host: name scheme and host.";
        }

        return start < 0 ? null : WhyLooseHost(Authority(pattern.AsSpan(start + SchemeEnd.Length)));
    }

    private static string? WhyLooseHost(ReadOnlySpan<char> authority)
    {
        var dots = false;
        for (var i = 0; i < authority.Length; i++)
        {
            if (authority[i] == '\\')
            {
                i++;
            }
            else if (authority[i] == '[')
            {
                i = Math.Max(i, authority[i..].IndexOf(']') + i);
            }
            else if (authority[i] == '.')
            {
                if (i + 1 < authority.Length && authority[i + 1] is '*' or '+' or '{')
                {
                    return "lets part of the host be anything, also the end of it: use [^./]+ for one label.";
                }

                dots = true;
            }
        }

        return dots ? "has dots in its host that match any character: write \\. for a dot." : null;
    }

    /// <summary>The host part of the pattern: everything up to the first slash outside a character class.</summary>
    private static ReadOnlySpan<char> Authority(ReadOnlySpan<char> rest)
    {
        var inClass = false;
        for (var i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case '\\': i++; break;
                case '[': inClass = true; break;
                case ']': inClass = false; break;
                case '/' when !inClass: return rest[..i];
            }
        }

        return rest;
    }

    private static bool IsSimple(string pattern)
    {
        var rest = pattern.AsSpan();
        rest = rest.StartsWith("^") ? rest[1..] : rest;
        rest = rest.EndsWith("$") && !rest.EndsWith("\\$") ? rest[..^1] : rest;
        while (!rest.IsEmpty)
        {
            if (rest.StartsWith(".*") || rest.StartsWith(".+") || rest.StartsWith("\\.") || rest.StartsWith("\\/") || rest.StartsWith("\\-"))
            {
                rest = rest[2..];
            }
            else if (_plain.Contains(rest[0]))
            {
                rest = rest[1..];
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchesStranger(string pattern)
    {
        if (TryMake($@"\A(?:{pattern})\z") is not { } regex)
        {
            return false;
        }

        try
        {
            return _strangers.Any(regex.IsMatch);
        }
        catch (RegexMatchTimeoutException)
        {
            // Too slow to judge; matching has the same patience and refuses.
            return false;
        }
    }

    private static Regex? TryMake(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, _patience);
        }
        catch (ArgumentException)
        {
            // The only way the library says no.
            return null;
        }
    }
}
