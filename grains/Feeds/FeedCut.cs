namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>Bounded pages of a feed.</summary>
internal static class FeedCut
{
    /// <summary>Largest number of entries in a page, whatever the reader asks for.</summary>
    public const int MostEntries = 5_000;

    private const long MostWeight = 4 * 1024 * 1024;

    /// <summary>The entries after a number, as many as fit a page.</summary>
    /// <param name="index">The feed.</param>
    /// <param name="since">Number of the last entry the reader has; 0 for none.</param>
    /// <param name="limit">At most this many; at least one is given.</param>
    /// <param name="last">Number of the feed's newest entry.</param>
    /// <typeparam name="TKey">What an entry is about.</typeparam>
    /// <typeparam name="TEntry">The stored entry.</typeparam>
    public static FeedCut<TEntry> Of<TKey, TEntry>(FeedIndex<TKey, TEntry> index, long since, int limit, long last)
        where TKey : notnull
        where TEntry : class, IFeedEntry<TKey>
    {
        var entries = new List<TEntry>();
        var weight = 0L;
        var most = Math.Clamp(limit, 1, MostEntries);
        foreach (var entry in index.After(since))
        {
            if (entries.Count == most || (weight += entry.Weight) > MostWeight && entries.Count > 0)
            {
                return new FeedCut<TEntry>(entries, entries[^1].Number, HasMore: true);
            }

            entries.Add(entry);
        }

        return new FeedCut<TEntry>(entries, last, HasMore: false);
    }
}

/// <summary>One page of a feed.</summary>
/// <param name="Entries">In order.</param>
/// <param name="Last">The number a reader has reached after this page.</param>
/// <param name="HasMore">True when more entries follow at once.</param>
/// <typeparam name="TEntry">The stored entry.</typeparam>
internal sealed record FeedCut<TEntry>(IReadOnlyList<TEntry> Entries, long Last, bool HasMore);
