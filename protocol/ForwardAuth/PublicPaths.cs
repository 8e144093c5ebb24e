namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>
/// Path patterns that need no login. Absolute; <c>*</c> is one segment or a part of one, <c>**</c> any depth including none; a slash at
/// the end makes no difference; everything else is literal, and case counts. <c>/static/**</c> covers <c>/static</c> and <c>/static/a/b</c>.
/// </summary>
public sealed class PublicPaths
{
    /// <summary>Any number of segments.</summary>
    private const string AnyDepth = "**";

    private readonly string[][] _patterns;

    private PublicPaths(string[][] patterns) => _patterns = patterns;

    /// <summary>Nothing is public.</summary>
    public static PublicPaths None { get; } = new([]);

    /// <summary>True when nothing is public.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Prepares patterns. One that is none (<see cref="IsPattern"/>) is left out: what is unclear stays closed.</summary>
    /// <param name="patterns">The tenant's patterns.</param>
    public static PublicPaths Compile(IEnumerable<string> patterns)
    {
        var compiled = patterns.Select(static pattern => TryCompile(pattern, out var segments) ? segments : null).OfType<string[]>().ToArray();
        return compiled.Length == 0 ? None : new PublicPaths(compiled);
    }

    /// <summary>Whether a text is a pattern that can match something: absolute, plain, without query. International characters may stand for themselves.</summary>
    /// <param name="pattern">The text.</param>
    public static bool IsPattern(string pattern) => TryCompile(pattern, out _);

    /// <summary>Whether a request needs no login.</summary>
    /// <param name="target">Path and query as received; the query never counts.</param>
    public bool Covers(string target)
    {
        if (IsEmpty || !PolicyPath.TryCanonicalise(target, out var path))
        {
            return false;
        }

        var segments = Segments(path);
        foreach (var pattern in _patterns)
        {
            if (Matches(pattern, segments))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryCompile(string pattern, out string[] segments)
    {
        segments = [];
        if (!pattern.StartsWith('/') || pattern.AsSpan().ContainsAny('?', '#') || !PolicyPath.TryCanonicalise(EscapeInternational(pattern), out var path))
        {
            return false;
        }

        segments = Segments(path);
        return true;
    }

    private static string EscapeInternational(string pattern) =>
        string.Concat(pattern.EnumerateRunes().Select(static rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));

    /// <summary>Greedy with one place to return to, so that no pattern costs more than pattern × path.</summary>
    private static bool Matches(string[] pattern, string[] path)
    {
        int p = 0, s = 0, star = -1, from = 0;
        while (s < path.Length)
        {
            if (p < pattern.Length && pattern[p] == AnyDepth)
            {
                star = p++;
                from = s;
            }
            else if (p < pattern.Length && SegmentMatches(pattern[p], path[s]))
            {
                p++;
                s++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                s = ++from;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == AnyDepth)
        {
            p++;
        }

        return p == pattern.Length;
    }

    private static bool SegmentMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> segment)
    {
        int p = 0, s = 0, star = -1, from = 0;
        while (s < segment.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                from = s;
            }
            else if (p < pattern.Length && pattern[p] == segment[s])
            {
                p++;
                s++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                s = ++from;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <summary>The segments without the empty one a slash at the end makes; the root has none.</summary>
    private static string[] Segments(string path)
    {
        var segments = path[1..].Split('/');
        return segments[^1].Length == 0 ? segments[..^1] : segments;
    }
}
