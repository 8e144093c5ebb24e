using System.Runtime.InteropServices;

namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>A feed in memory: the newest entry of every key, and all of them in the order of their numbers.</summary>
/// <typeparam name="TKey">What an entry is about.</typeparam>
/// <typeparam name="TEntry">The stored entry.</typeparam>
internal sealed class FeedIndex<TKey, TEntry>
    where TKey : notnull
    where TEntry : class, IFeedEntry<TKey>
{
    private const int MinimumGarbage = 1024;

    private readonly Dictionary<TKey, TEntry> _newest = [];
    private readonly List<TEntry> _ordered = [];

    /// <summary>How many keys have an entry.</summary>
    public int Count => _newest.Count;

    /// <summary>The newest entry of every key, in no particular order.</summary>
    public IEnumerable<TEntry> Newest => _newest.Values;

    /// <summary>The newest entry of a key, or null.</summary>
    /// <param name="key">The key.</param>
    public TEntry? Find(TKey key) => _newest.GetValueOrDefault(key);

    /// <summary>True while no later entry of the same key replaced this one.</summary>
    /// <param name="entry">An entry.</param>
    public bool IsNewest(TEntry entry) => ReferenceEquals(_newest.GetValueOrDefault(entry.Key), entry);

    /// <summary>Adds an entry that is newer than all others.</summary>
    /// <param name="entry">The entry.</param>
    public void Add(TEntry entry)
    {
        _newest[entry.Key] = entry;
        _ordered.Add(entry);
        if (_ordered.Count > (2 * _newest.Count) + MinimumGarbage)
        {
            _ordered.RemoveAll(candidate => !IsNewest(candidate));
        }
    }

    /// <summary>Fills an empty index from entries in any order.</summary>
    /// <param name="entries">What was stored, replaced entries included.</param>
    public void Fill(List<TEntry> entries)
    {
        entries.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        foreach (var entry in entries)
        {
            Add(entry);
        }
    }

    /// <summary>Forgets one key.</summary>
    /// <param name="key">The key.</param>
    public void Remove(TKey key) => _newest.Remove(key);

    /// <summary>Forgets entries.</summary>
    /// <param name="isDropped">Which.</param>
    public void RemoveWhere(Predicate<TEntry> isDropped)
    {
        foreach (var entry in _ordered)
        {
            if (IsNewest(entry) && isDropped(entry))
            {
                _newest.Remove(entry.Key);
            }
        }

        _ordered.RemoveAll(candidate => !IsNewest(candidate));
    }

    /// <summary>The newest entries of their keys after a number, in order.</summary>
    /// <param name="number">Number of the last entry that is not wanted.</param>
    public IEnumerable<TEntry> After(long number)
    {
        for (var position = FirstAfter(number); position < _ordered.Count; position++)
        {
            var entry = _ordered[position];
            if (IsNewest(entry))
            {
                yield return entry;
            }
        }
    }

    private int FirstAfter(long number)
    {
        var numbers = CollectionsMarshal.AsSpan(_ordered);
        var (low, high) = (0, numbers.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = numbers[middle].Number <= number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
