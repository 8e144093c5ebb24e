using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Orleans.Utilities;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Feeds;
using Uitsmijter.Actors.Protocol.Revocation;

namespace Uitsmijter.Actors.Grains.Revocation;

/// <summary>One shard of the revocations, in memory over its feed in durable storage.</summary>
[GrainType("revocation-feed")]
internal sealed class RevocationFeedGrain : Grain, IRevocationFeedGrain
{
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromMinutes(5);

    private readonly FeedIndex<RevocationKey, RevocationRecord> _revoked = new();
    private readonly FeedStore<RevocationKey, RevocationRecord> _store;
    private readonly FeedFreshness _freshness = new();
    private readonly ObserverManager<IFeedObserver> _mirrors;
    private readonly TimeProvider _clock;
    private DateTimeOffset _sweptAt;

    /// <summary>The newest number storage had when this activation began, and the first one it gave itself: nobody can have seen one in between.</summary>
    private long _loaded;
    private long _firstGiven = long.MaxValue;

    /// <summary>Made by Orleans.</summary>
    /// <param name="context">The activation.</param>
    /// <param name="storage">Where the feed is kept.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Where mirrors that do not answer are reported.</param>
    public RevocationFeedGrain(
        IGrainContext context,
        [FromKeyedServices(StorageNames.Durable)] IGrainStorage storage,
        TimeProvider clock,
        ILogger<RevocationFeedGrain> logger)
    {
        _store = new(storage, context.GrainId, "feed");
        _mirrors = new(FeedFollower.SubscriptionLife, logger);
        _clock = clock;
    }

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (records, isDamaged) = await _store.LoadAsync();
        if (isDamaged)
        {
            // A feed with holes would let revoked sessions in again: no mirror may take it for whole (attack group 47).
            throw new InvalidOperationException($"Shard {this.GetPrimaryKeyLong()} of the revocation feed has lost records in storage.");
        }

        _revoked.Fill(records);
        _loaded = _store.Last;
        Sweep(_clock.GetUtcNow());
    }

    /// <inheritdoc />
    public async Task Append(RevocationEntry revocation, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var record = RevocationRecord.Of(revocation, _store.NextAt(now));
        if (_revoked.Find(record.Key) is { } known && known.UntilSeconds >= record.UntilSeconds)
        {
            return;
        }

        await AppendAsync([record], now);
        await _mirrors.Notify(mirror => mirror.Moved(_store.Last));
        Sweep(now);
    }

    /// <inheritdoc />
    public async Task<bool> Contains(RevocationKind kind, string id, CancellationToken cancellationToken)
    {
        await RequireFreshnessAsync();
        return _revoked.Find(new RevocationKey(kind, id)) is not null;
    }

    /// <inheritdoc />
    public async Task<RevocationPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken)
    {
        if (epoch == _store.Epoch && (since > _store.Last || (since > _loaded && since < _firstGiven)))
        {
            // The mirror saw numbers this feed never gave: storage was set back. Everybody starts anew.
            await AppendAsync([], _clock.GetUtcNow(), FeedMark.NewEpoch);
        }

        var cut = FeedCut.Of(_revoked, epoch == _store.Epoch ? since : 0, limit, _store.Last);
        if (cut.Entries.Count == 0)
        {
            await RequireFreshnessAsync();
        }

        return new RevocationPage
        {
            Epoch = _store.Epoch,
            Number = cut.Last,
            More = cut.HasMore,
            Entries = [.. cut.Entries.Select(static record => record.ToEntry())],
        };
    }

    /// <inheritdoc />
    public Task Subscribe(IFeedObserver observer)
    {
        _mirrors.Subscribe(observer, observer);
        return Task.CompletedTask;
    }

    private async Task AppendAsync(RevocationRecord[] records, DateTimeOffset now, FeedMark mark = FeedMark.None)
    {
        var isDurable = false;
        try
        {
            var added = records.ToDictionary(static record => record.Key);
            await _store.AppendAsync(records, record => IsLive(record, added, now), mark);
            isDurable = true;
        }
        finally
        {
            if (!isDurable)
            {
                // Only storage knows what became of the write: the next activation reads it there.
                DeactivateOnIdle();
            }
        }

        Array.ForEach(records, _revoked.Add);
        _firstGiven = records is [var first, ..] ? Math.Min(_firstGiven, first.Number) : _firstGiven;
    }

    private bool IsLive(RevocationRecord record, Dictionary<RevocationKey, RevocationRecord> added, DateTimeOffset now) =>
        (added.TryGetValue(record.Key, out var newer) ? ReferenceEquals(newer, record) : _revoked.IsNewest(record))
        && !RevocationRules.IsOver(record.Until, now);

    private void Sweep(DateTimeOffset now)
    {
        if ((now - _sweptAt).Duration() > _sweepInterval)
        {
            _revoked.RemoveWhere(record => RevocationRules.IsOver(record.Until, now));
            _sweptAt = now;
        }
    }

    private async Task RequireFreshnessAsync()
    {
        if (!await _freshness.IsFreshAsync(_store))
        {
            DeactivateOnIdle();
            throw new InvalidOperationException("Another activation of this shard has moved on; ask again.");
        }
    }
}
