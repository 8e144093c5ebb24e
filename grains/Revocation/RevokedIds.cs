using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Feeds;
using Uitsmijter.Actors.Protocol.Revocation;

namespace Uitsmijter.Actors.Grains.Revocation;

/// <summary>
/// The revocations as this silo knows them. A grain that grants something from its memory asks here first, because another
/// activation of it may have revoked meanwhile.
/// </summary>
public sealed class RevokedIds : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>A mirror older than this is no proof that an id is not revoked; three polls may fail.</summary>
    private static readonly TimeSpan _trusted = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromMinutes(5);
    private const int PageSize = 5_000;

    /// <summary>How many lost entries are given back between two looks at the feed.</summary>
    private const int MostGivenBack = 100;

    private readonly ConcurrentDictionary<RevocationKey, DateTimeOffset> _revoked = new();
    private readonly FeedFollower[] _shards;
    private readonly TimeProvider _clock;
    private long _sweptAt;

    /// <summary>An empty mirror; it fills when the silo is active.</summary>
    /// <param name="grains">Reaches the feed.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Where lost contact is reported.</param>
    public RevokedIds(IGrainFactory grains, TimeProvider clock, ILogger<RevokedIds> logger)
    {
        _clock = clock;
        _shards = [.. Enumerable.Range(0, IRevocationFeedGrain.Shards).Select(shard => Follow(grains, shard, logger))];
    }

    /// <summary>True while the whole mirror was level with the feed within the last seconds.</summary>
    public bool IsCurrent => _shards.All(static shard => shard.Age < _trusted);

    /// <summary>True for an id known to be revoked; false proves nothing unless <see cref="IsCurrent"/>.</summary>
    /// <param name="kind">What kind of id.</param>
    /// <param name="id">The id.</param>
    public bool Contains(RevocationKind kind, string id) => _revoked.ContainsKey(new RevocationKey(kind, id));

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle)
    {
        foreach (var shard in _shards)
        {
            shard.StartWith(lifecycle, nameof(RevokedIds));
        }
    }

    /// <inheritdoc />
    public void Dispose() => Array.ForEach(_shards, static shard => shard.Dispose());

    private FeedFollower Follow(IGrainFactory grains, int shard, ILogger<RevokedIds> logger)
    {
        var feed = grains.GetGrain<IRevocationFeedGrain>(shard);
        var (epoch, number) = (0L, 0L);
        HashSet<RevocationKey>? reread = null;
        var lost = new Queue<RevocationEntry>();
        return new FeedFollower(grains, feed.Subscribe, PullAsync, logger);

        async Task<bool> PullAsync(CancellationToken cancellationToken)
        {
            var page = await feed.Read(epoch, number, PageSize, cancellationToken);

            // A new epoch is read from its beginning, but what is known stays until its own end: a feed set back to an older copy
            // must not let a revoked session in again (attack 50).
            reread = page.Epoch == epoch ? reread : epoch == 0 ? null : [];
            (epoch, number) = (page.Epoch, page.Number);
            foreach (var entry in page.Entries)
            {
                reread?.Add(new RevocationKey(entry.Kind, entry.Id));
                _revoked.AddOrUpdate(
                    new RevocationKey(entry.Kind, entry.Id),
                    entry.Until,
                    (_, known) => known > entry.Until ? known : entry.Until);
            }

            Sweep(_clock.GetUtcNow());
            if (!page.More)
            {
                Remember(shard, reread, lost);
                reread = null;
                await GiveBack(feed, lost, cancellationToken);
            }

            return page.More;
        }
    }

    /// <summary>What the feed has not after it was read anew, and is known here.</summary>
    private void Remember(int shard, HashSet<RevocationKey>? reread, Queue<RevocationEntry> lost)
    {
        var now = _clock.GetUtcNow();
        foreach (var (key, until) in reread is null ? [] : _revoked.ToArray())
        {
            if (until >= now && IRevocationFeedGrain.ShardOf(key.Id) == shard && !reread!.Contains(key))
            {
                lost.Enqueue(new RevocationEntry(key.Kind, key.Id, until));
            }
        }
    }

    /// <summary>
    /// A feed that was set back to an older copy has lost what was revoked since: who knows puts it in again, for those who start later (attack 50). Every mirror does; whoever comes second changes nothing.
    /// </summary>
    private static async Task GiveBack(IRevocationFeedGrain feed, Queue<RevocationEntry> lost, CancellationToken cancellationToken)
    {
        for (var left = MostGivenBack; left > 0 && lost.TryPeek(out var entry); left--)
        {
            await feed.Append(entry, cancellationToken);
            lost.Dequeue();
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        var sweptAt = Interlocked.Read(ref _sweptAt);
        if (now.UtcTicks - sweptAt < _sweepInterval.Ticks || Interlocked.CompareExchange(ref _sweptAt, now.UtcTicks, sweptAt) != sweptAt)
        {
            return;
        }

        foreach (var (key, until) in _revoked)
        {
            if (RevocationRules.IsOver(until, now))
            {
                _revoked.TryRemove(new KeyValuePair<RevocationKey, DateTimeOffset>(key, until));
            }
        }
    }
}
