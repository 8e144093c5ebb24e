using System.Diagnostics;

namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>
/// Before an activation says "nothing new" it makes sure, at most once a second, that storage agrees: an activation that was
/// paused and replaced meanwhile would otherwise hide every later entry from the mirrors that still reach it.
/// </summary>
internal sealed class FeedFreshness
{
    private static readonly TimeSpan _trusted = TimeSpan.FromSeconds(1);

    private long _checkedAt;

    /// <summary>False when another activation has written since.</summary>
    /// <param name="store">The feed.</param>
    /// <typeparam name="TKey">What an entry is about.</typeparam>
    /// <typeparam name="TEntry">The stored entry.</typeparam>
    public async Task<bool> IsFreshAsync<TKey, TEntry>(FeedStore<TKey, TEntry> store)
        where TEntry : class, IFeedEntry<TKey>
    {
        // Elapsed time of this process, not the world's clock: a clock that jumps must not stretch the second.
        if (_checkedAt != 0 && Stopwatch.GetElapsedTime(_checkedAt) < _trusted)
        {
            return true;
        }

        var asked = Stopwatch.GetTimestamp();
        if (!await store.IsCurrentAsync())
        {
            return false;
        }

        _checkedAt = asked;
        return true;
    }
}
