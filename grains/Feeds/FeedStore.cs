using System.Buffers.Text;
using System.Security.Cryptography;
using Orleans.Storage;

namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>
/// A feed in storage. Appending is one small conditional write of the head; when the head's tail is full it moves, with small or
/// mostly replaced segments, into fresh segments first. Segments are never changed, so a crash or a second activation can leave
/// an unused record behind, but can neither lose nor fork an entry: the head decides (docs/decisions/0013-feeds.md).
/// </summary>
/// <typeparam name="TKey">What an entry is about.</typeparam>
/// <typeparam name="TEntry">The stored entry.</typeparam>
/// <param name="storage">Where the records are.</param>
/// <param name="owner">The grain the feed belongs to.</param>
/// <param name="name">Name of the head record; segments add a suffix.</param>
internal sealed class FeedStore<TKey, TEntry>(IGrainStorage storage, GrainId owner, string name)
    where TEntry : class, IFeedEntry<TKey>
{
    /// <summary>A tail of more entries, or more bytes, moves into a segment.</summary>
    private const int TailEntries = 64;
    private const int TailWeight = 8 * 1024;

    private const int SegmentEntries = 2048;
    private const int SegmentWeight = 1024 * 1024;
    private const int ParallelRecords = 16;

    /// <summary>
    /// Old segments looked at when a tail is sealed: one for each tail's worth of entries, so that what is added pays for what it
    /// replaces. A login adds little and waits for the look; a large publication may leave segments behind as fast as it writes them.
    /// </summary>
    private const int MostLooksPerSeal = 4;

    private readonly List<(string Name, IReadOnlyList<TEntry> Entries)> _segments = [];
    private FeedHead<TEntry> _head = new() { Epoch = NewEpoch() };
    private string? _etag;
    private int _turn;
    private bool _isUncertain;

    /// <summary>One life of the numbering. Of a feed without a record it is made up, and becomes durable with the first entry.</summary>
    public long Epoch => _head.Epoch;

    /// <summary>Number of the newest entry.</summary>
    public long Last => _head.Last;

    /// <summary>True once the owner declared the first filling complete.</summary>
    public bool IsFilled => _head.IsFilled;

    /// <summary>
    /// The number of an entry appended now. Numbers follow the clock, so that a feed set back to a backup does not give the numbers
    /// that mirrors saw before to other entries.
    /// </summary>
    /// <param name="now">The instant; a clock that went backwards only makes numbers denser.</param>
    public long NextAt(DateTimeOffset now) => Math.Max(Last + 1, now.ToUnixTimeMilliseconds());

    /// <summary>Reads the whole feed.</summary>
    /// <returns>All stored entries, replaced ones included, and whether a segment the head names is gone.</returns>
    public async Task<(List<TEntry> Entries, bool IsDamaged)> LoadAsync()
    {
        while (true)
        {
            var (head, etag) = await ReadHeadAsync();
            if (head is null)
            {
                return ([], false);
            }

            var segments = await ReadSegmentsAsync(head.Segments);
            var isDamaged = segments.Exists(static segment => segment.Entries is null);

            // Another activation may have merged segments away while we read: then its head is a different one.
            if (isDamaged && (await ReadHeadAsync()).ETag != etag)
            {
                continue;
            }

            _segments.Clear();
            _segments.AddRange(segments.Where(static segment => segment.Entries is not null).Select(static segment => (segment.Name, segment.Entries!)));
            (_head, _etag) = (head with { Segments = [.. _segments.Select(static segment => segment.Name)] }, etag);
            return ([.. _segments.SelectMany(static segment => segment.Entries), .. head.Tail], isDamaged);
        }
    }

    /// <summary>True when storage still holds what this activation wrote or read last; false when another one moved on.</summary>
    public async Task<bool> IsCurrentAsync() => (await ReadHeadAsync()).ETag == _etag;

    /// <summary>Makes entries durable, or throws; after any exception the outcome is unknown and the owner must start anew from storage.</summary>
    /// <param name="added">New entries, numbered upwards from <see cref="NextAt"/>.</param>
    /// <param name="isLive">Whether an older or new entry still counts once <paramref name="added"/> is in; others may be dropped.</param>
    /// <param name="mark">What else changes in the head.</param>
    public async Task AppendAsync(IReadOnlyList<TEntry> added, Func<TEntry, bool> isLive, FeedMark mark = FeedMark.None)
    {
        if (_isUncertain)
        {
            throw new InvalidOperationException($"An earlier write of {name} failed; its outcome is only known to storage.");
        }

        _isUncertain = true;
        var next = _head with
        {
            Epoch = mark.HasFlag(FeedMark.NewEpoch) ? NewEpoch() : _head.Epoch,
            IsFilled = mark.HasFlag(FeedMark.Filled) || (_head.IsFilled && !mark.HasFlag(FeedMark.NotFilled)),
            Last = added.Count > 0 ? added[^1].Number : _head.Last,
            Tail = [.. _head.Tail, .. added],
        };
        if (!mark.HasFlag(FeedMark.Rewrite) && next.Tail.Count <= TailEntries && next.Tail.Sum(static entry => (long)entry.Weight) <= TailWeight)
        {
            await WriteHeadAsync(next);
        }
        else
        {
            await SealAsync(next, isLive, mark.HasFlag(FeedMark.Rewrite));
        }

        _isUncertain = false;
    }

    private async Task SealAsync(FeedHead<TEntry> next, Func<TEntry, bool> isLive, bool isRewrite)
    {
        var fresh = next.Tail.Where(isLive).ToList();
        var looks = Math.Clamp(fresh.Count / TailEntries, 1, MostLooksPerSeal);
        var retired = isRewrite ? _segments.FindAll(segment => !segment.Entries.All(isLive)) : Retire(fresh, isLive, looks);
        if (isRewrite)
        {
            fresh.AddRange(retired.SelectMany(static segment => segment.Entries).Where(isLive));
        }

        var written = Cut(fresh);
        await InParallelAsync(written, segment => WriteSegmentAsync(segment.Name, segment.Entries));
        var kept = _segments.Except(retired).Concat(written).ToList();
        await WriteHeadAsync(next with { Segments = [.. kept.Select(static segment => segment.Name)], Tail = [] });
        _segments.Clear();
        _segments.AddRange(kept);

        // From here on nothing refers to them; one that stays behind by a crash costs room and nothing else.
        await InParallelAsync(retired, segment => ClearSegmentAsync(segment.Name));
    }

    /// <summary>Chooses segments to replace and adds what still counts in them to the fresh entries.</summary>
    private List<(string Name, IReadOnlyList<TEntry> Entries)> Retire(List<TEntry> fresh, Func<TEntry, bool> isLive, int looks)
    {
        var retired = new List<(string Name, IReadOnlyList<TEntry> Entries)>();

        // The newest segments merge while they are not much larger, so that an entry is rewritten a logarithmic number of times.
        var older = _segments.Count;
        for (; older > 0 && fresh.Count <= SegmentEntries; older--)
        {
            if (TryGather(_segments[older - 1].Entries, isLive, Math.Min(2 * fresh.Count, SegmentEntries - fresh.Count)) is not { } live)
            {
                break;
            }

            fresh.AddRange(live);
            retired.Add(_segments[older - 1]);
        }

        // Of the others a few are looked at in turn, and rewritten when half of them is replaced: an append stays short.
        for (looks = Math.Min(looks, older); looks > 0; looks--)
        {
            _turn = (_turn + 1) % older;
            if (IsHalfReplaced(_segments[_turn].Entries, isLive))
            {
                fresh.AddRange(_segments[_turn].Entries.Where(isLive));
                retired.Add(_segments[_turn]);
            }
        }

        return retired;
    }

    /// <summary>What still counts, or null where it is more than wanted: a full segment is not looked through to its end for that.</summary>
    private static List<TEntry>? TryGather(IReadOnlyList<TEntry> entries, Func<TEntry, bool> isLive, int most)
    {
        var live = new List<TEntry>();
        foreach (var entry in entries)
        {
            if (!isLive(entry))
            {
                continue;
            }

            if (live.Count >= most)
            {
                return null;
            }

            live.Add(entry);
        }

        return live;
    }

    private static bool IsHalfReplaced(IReadOnlyList<TEntry> entries, Func<TEntry, bool> isLive)
    {
        var (live, most) = (0, entries.Count / 2);
        foreach (var entry in entries)
        {
            if (isLive(entry) && ++live > most)
            {
                return false;
            }
        }

        return true;
    }

    private static List<(string Name, IReadOnlyList<TEntry> Entries)> Cut(List<TEntry> entries)
    {
        var segments = new List<(string Name, IReadOnlyList<TEntry> Entries)>();
        var current = new List<TEntry>();
        var weight = 0L;
        foreach (var entry in entries)
        {
            if (current.Count > 0 && (current.Count >= SegmentEntries || weight + entry.Weight > SegmentWeight))
            {
                segments.Add((NewSegmentName(), current));
                (current, weight) = ([], 0);
            }

            current.Add(entry);
            weight += entry.Weight;
        }

        if (current.Count > 0)
        {
            segments.Add((NewSegmentName(), current));
        }

        return segments;
    }

    private async Task<(FeedHead<TEntry>? Head, string? ETag)> ReadHeadAsync()
    {
        var record = new GrainState<FeedHead<TEntry>>(new FeedHead<TEntry>());
        await storage.ReadStateAsync(name, owner, record);
        return record.RecordExists ? (record.State, record.ETag) : (null, null);
    }

    private async Task WriteHeadAsync(FeedHead<TEntry> head)
    {
        var record = new GrainState<FeedHead<TEntry>>(head, _etag) { RecordExists = _etag is not null };
        await storage.WriteStateAsync(name, owner, record);
        (_head, _etag) = (head, record.ETag);
    }

    private async Task<List<(string Name, IReadOnlyList<TEntry>? Entries)>> ReadSegmentsAsync(IReadOnlyList<string> names)
    {
        var found = new (string Name, IReadOnlyList<TEntry>? Entries)[names.Count];
        await InParallelAsync(Enumerable.Range(0, names.Count), async position =>
        {
            var record = new GrainState<FeedSegment<TEntry>>(new FeedSegment<TEntry>());
            await storage.ReadStateAsync(RecordName(names[position]), owner, record);
            found[position] = (names[position], record.RecordExists ? record.State!.Entries : null);
        });
        return [.. found];
    }

    private Task WriteSegmentAsync(string segment, IReadOnlyList<TEntry> entries) =>
        storage.WriteStateAsync(RecordName(segment), owner, new GrainState<FeedSegment<TEntry>>(new FeedSegment<TEntry> { Entries = entries }));

    private async Task ClearSegmentAsync(string segment)
    {
        var record = new GrainState<FeedSegment<TEntry>>(new FeedSegment<TEntry>());
        await storage.ReadStateAsync(RecordName(segment), owner, record);
        if (record.RecordExists)
        {
            await storage.ClearStateAsync(RecordName(segment), owner, record);
        }
    }

    private static async Task InParallelAsync<TItem>(IEnumerable<TItem> items, Func<TItem, Task> act)
    {
        foreach (var few in items.Chunk(ParallelRecords))
        {
            await Task.WhenAll(few.Select(act));
        }
    }

    private string RecordName(string segment) => $"{name}-{segment}";

    // Random, not counted: an activation that lost must never write under a name the winner refers to.
    private static string NewSegmentName() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9));

    private static long NewEpoch() => 1 + (BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & (long.MaxValue >> 1));
}
