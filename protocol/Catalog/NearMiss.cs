namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Finds the key a person most likely meant.</summary>
internal static class NearMiss
{
    private const int LongEnough = 6;
    private const int MostLength = 64;

    /// <summary>The known key that differs only in case and separators, or in one or two letters; null when none does.</summary>
    public static string? Find(string key, IReadOnlyList<string> known)
    {
        if (key.Length > MostLength)
        {
            return null;
        }

        var squeezed = Squeeze(key);
        string? best = null;
        var least = key.Length >= LongEnough ? 2 : 1;
        foreach (var candidate in known)
        {
            var distance = Distance(squeezed, Squeeze(candidate));
            if (distance <= least && distance < candidate.Length / 2)
            {
                best = candidate;
                least = distance - 1;
            }
        }

        return best;
    }

    private static string Squeeze(string key) => string.Concat(key.Where(static c => c is not ('_' or '-' or '.' or ' '))).ToLowerInvariant();

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[MostLength + 1];
        if (b.Length > MostLength)
        {
            return int.MaxValue;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = a[i - 1] == b[j - 1] ? corner : 1 + Math.Min(corner, Math.Min(above, row[j - 1]));
                corner = above;
            }
        }

        return row[b.Length];
    }
}
