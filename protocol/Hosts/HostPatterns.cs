namespace Uitsmijter.Actors.Protocol.Hosts;

/// <summary>
/// Host patterns of tenants: a host in which <c>*</c> stands for one or more of <c>A-Z a-z 0-9 - _</c>, so never for a dot
/// (contract http.md §2.5). <c>*.example.com</c> matches <c>a.example.com</c>, neither <c>example.com</c> nor <c>a.b.example.com</c>.
/// </summary>
public static class HostPatterns
{
    /// <summary>Brings a configured pattern into its one spelling.</summary>
    /// <param name="raw">A host, or a host with <c>*</c> in some labels; no port.</param>
    /// <param name="pattern">The pattern in lower case; empty when refused.</param>
    /// <returns>False for anything no host could ever match.</returns>
    public static bool TryNormalise(string? raw, out string pattern)
    {
        pattern = "";
        if (string.IsNullOrEmpty(raw) || raw.Length > HostName.MaxLength)
        {
            return false;
        }

        if (!IsWildcard(raw))
        {
            return !raw.Contains(':', StringComparison.Ordinal) && HostName.TryNormalise(raw, out pattern);
        }

        var labels = raw.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            if (!TryNormaliseLabel(labels[i], out labels[i]))
            {
                return false;
            }
        }

        pattern = string.Join('.', labels);
        return true;
    }

    /// <summary>True for a pattern with a <c>*</c>.</summary>
    /// <param name="pattern">The pattern.</param>
    public static bool IsWildcard(string pattern) => pattern.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether a pattern covers a host.</summary>
    /// <param name="pattern">A normalised pattern.</param>
    /// <param name="host">A normalised host.</param>
    public static bool Matches(string pattern, string host) => Matches(pattern.AsSpan(), host.AsSpan());

    /// <summary>Whether some host is covered by both patterns: then they may not belong to different tenants.</summary>
    /// <param name="a">A normalised pattern.</param>
    /// <param name="b">Another one.</param>
    public static bool Overlap(string a, string b)
    {
        var left = a.AsSpan();
        var right = b.AsSpan();
        while (true)
        {
            var leftLabel = NextLabel(ref left, out var leftMore);
            var rightLabel = NextLabel(ref right, out var rightMore);
            if (leftMore != rightMore || !LabelsOverlap(leftLabel, rightLabel))
            {
                return false;
            }

            if (!leftMore)
            {
                return true;
            }
        }
    }

    /// <summary>Whether one label of a pattern covers one label of a host.</summary>
    internal static bool LabelMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> label) => LabelsOverlap(pattern, label);

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> host)
    {
        while (true)
        {
            var patternLabel = NextLabel(ref pattern, out var patternMore);
            var hostLabel = NextLabel(ref host, out var hostMore);
            if (patternMore != hostMore || hostLabel.Contains('*') || !LabelMatches(patternLabel, hostLabel))
            {
                return false;
            }

            if (!patternMore)
            {
                return true;
            }
        }
    }

    private static bool TryNormaliseLabel(string raw, out string label)
    {
        label = raw;
        if (!System.Text.Ascii.IsValid(raw))
        {
            // A name needs a last label that is no star to be read as international; the borrowed one is cut off again.
            const string Borrowed = ".x";
            if (raw.AsSpan().ContainsAny('*', ':') || !HostName.TryNormalise(raw + Borrowed, out var whole))
            {
                return false;
            }

            label = whole[..^Borrowed.Length];
            return true;
        }

        label = raw.ToLowerInvariant();
        return HostName.IsLabel(label.Replace('*', '0'));
    }

    private static ReadOnlySpan<char> NextLabel(ref ReadOnlySpan<char> rest, out bool more)
    {
        var dot = rest.IndexOf('.');
        more = dot >= 0;
        var label = more ? rest[..dot] : rest;
        rest = more ? rest[(dot + 1)..] : default;
        return label;
    }

    /// <summary>
    /// Whether two labels with stars have a text in common: the product of two small automata, one row at a time.
    /// A star is "one label character, then any number of them".
    /// </summary>
    private static bool LabelsOverlap(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (!a.Contains('*') && !b.Contains('*'))
        {
            return a.SequenceEqual(b);
        }

        // State (i, j, inA, inB): i and j characters consumed; in… says that the star before i or j may still take more.
        Span<bool> reached = stackalloc bool[64 * 64 * 4];
        if (a.Length > 63 || b.Length > 63)
        {
            return false;
        }

        reached.Clear();
        reached[0] = true;
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                Spread(a, b, i, j, reached);
            }
        }

        var last = Index(a.Length, b.Length, 0);
        return reached[last] || reached[last + 1] || reached[last + 2] || reached[last + 3];
    }

    private static int Index(int i, int j, int flags) => (((i * 64) + j) * 4) + flags;

    private static void Spread(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int i, int j, Span<bool> reached)
    {
        for (var flags = 0; flags < 4; flags++)
        {
            if (!reached[Index(i, j, flags)])
            {
                continue;
            }

            var stayA = (flags & 1) != 0;
            var stayB = (flags & 2) != 0;
            if (i < a.Length && j < b.Length && Agree(a[i], b[j]))
            {
                reached[Index(i + 1, j + 1, (a[i] == '*' ? 1 : 0) | (b[j] == '*' ? 2 : 0))] = true;
            }

            if (stayA && j < b.Length)
            {
                reached[Index(i, j + 1, 1 | (b[j] == '*' ? 2 : 0))] = true;
            }

            if (stayB && i < a.Length)
            {
                reached[Index(i + 1, j, 2 | (a[i] == '*' ? 1 : 0))] = true;
            }
        }
    }

    private static bool Agree(char a, char b) => a == b || a == '*' || b == '*';
}
