using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Orleans.Utilities;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Grains.Feeds;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>The catalog in memory over its feed in durable storage.</summary>
[GrainType("catalog")]
internal sealed partial class CatalogGrain : Grain, ICatalogGrain
{
    /// <summary>More tombstones than this, and than living entities, are dropped; mirrors then start anew.</summary>
    private const int Tombstones = 10_000;

    private readonly FeedIndex<CatalogKey, CatalogRecord> _catalog = new();
    private readonly FeedStore<CatalogKey, CatalogRecord> _store;
    private readonly FeedFreshness _freshness = new();
    private readonly ObserverManager<IFeedObserver> _mirrors;
    private readonly TimeProvider _clock;
    private readonly ILogger<CatalogGrain> _logger;

    /// <summary>Made by Orleans.</summary>
    /// <param name="context">The activation.</param>
    /// <param name="storage">Where the catalog is kept.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Where recoveries are reported.</param>
    public CatalogGrain(
        IGrainContext context,
        [FromKeyedServices(StorageNames.Durable)] IGrainStorage storage,
        TimeProvider clock,
        ILogger<CatalogGrain> logger)
    {
        _clock = clock;
        _store = new(storage, context.GrainId, "catalog");
        _mirrors = new(FeedFollower.SubscriptionLife, logger);
        _logger = logger;
    }

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (records, isDamaged) = await _store.LoadAsync();
        _catalog.Fill(records);
        if (isDamaged)
        {
            // The sources still hold every entity: mirrors keep what they have until the next full load completes the catalog again.
            LogDamaged(_logger, _catalog.Count);
            await _store.AppendAsync([], _catalog.IsNewest, FeedMark.NewEpoch | FeedMark.NotFilled);
        }
    }

    /// <inheritdoc />
    public async Task<long> Publish(CatalogChange change, CancellationToken cancellationToken)
    {
        var records = CatalogChanges.Of(_catalog, change, _store.NextAt(_clock.GetUtcNow()));
        if (change.Known is { } known && (known.Epoch != _store.Epoch || CatalogChanges.ReplaceNewer(_catalog, records, known.Version)))
        {
            return ICatalogGrain.Outdated;
        }

        var isFilled = change.Retain is not null && !_store.IsFilled;
        if (records.Count == 0 && !isFilled)
        {
            return _store.Last;
        }

        var mark = (isFilled ? FeedMark.Filled : FeedMark.None) | (HasTooManyTombstones() ? FeedMark.NewEpoch | FeedMark.Rewrite : FeedMark.None);
        await AppendAsync(records, mark);
        await _mirrors.Notify(mirror => mirror.Moved(_store.Last));
        return _store.Last;
    }

    /// <inheritdoc />
    public async Task<CatalogPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken)
    {
        var cut = await CutAsync(epoch, since, limit);
        return new CatalogPage
        {
            Epoch = _store.Epoch,
            Version = cut.Last,
            More = cut.HasMore,
            Loaded = _store.IsFilled,
            Tenants = [.. cut.Entries.Where(static record => record.Tenant is not null).Select(static record => record.Tenant!.Tenant)],
            Clients = [.. cut.Entries.Where(static record => record.Client is not null).Select(static record => record.Client!.Client)],
            RemovedTenants = [.. cut.Entries.Where(static record => record.RemovedTenant is not null).Select(static record => record.RemovedTenant!)],
            RemovedClients = [.. cut.Entries.Where(static record => record.RemovedClient is not null).Select(static record => record.RemovedClient!.Value)],
        };
    }

    /// <inheritdoc />
    public async Task<CatalogEntriesPage> ReadEntries(long epoch, long since, int limit, CancellationToken cancellationToken)
    {
        var cut = await CutAsync(epoch, since, limit);
        return new CatalogEntriesPage
        {
            Epoch = _store.Epoch,
            Version = cut.Last,
            More = cut.HasMore,
            Loaded = _store.IsFilled,
            Tenants = [.. cut.Entries.Where(static record => record.Tenant is not null).Select(static record => record.Tenant!)],
            Clients = [.. cut.Entries.Where(static record => record.Client is not null).Select(static record => record.Client!)],
            RemovedTenants = [.. cut.Entries.Where(static record => record.RemovedTenant is not null).Select(static record => record.RemovedTenant!)],
            RemovedClients = [.. cut.Entries.Where(static record => record.RemovedClient is not null).Select(static record => record.RemovedClient!.Value)],
        };
    }

    /// <inheritdoc />
    public Task Subscribe(IFeedObserver observer)
    {
        _mirrors.Subscribe(observer, observer);
        return Task.CompletedTask;
    }

    private async Task<FeedCut<CatalogRecord>> CutAsync(long epoch, long since, int limit)
    {
        if (epoch == _store.Epoch && since > _store.Last)
        {
            // The mirror saw numbers this catalog never gave: storage was set back. Everybody starts anew.
            await AppendAsync([], FeedMark.NewEpoch);
        }

        var cut = FeedCut.Of(_catalog, epoch == _store.Epoch ? since : 0, limit, _store.Last);
        if (cut.Entries.Count == 0 && !await _freshness.IsFreshAsync(_store))
        {
            DeactivateOnIdle();
            throw new InvalidOperationException("Another activation of the catalog has moved on; ask again.");
        }

        return cut;
    }

    private async Task AppendAsync(List<CatalogRecord> records, FeedMark mark)
    {
        var isDurable = false;
        try
        {
            var added = records.ToDictionary(static record => record.Key);
            await _store.AppendAsync(records, record => IsLive(record, added, mark), mark);
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

        records.ForEach(_catalog.Add);
        if (mark.HasFlag(FeedMark.Rewrite))
        {
            _catalog.RemoveWhere(static record => record.IsTombstone);
        }
    }

    private bool IsLive(CatalogRecord record, Dictionary<CatalogKey, CatalogRecord> added, FeedMark mark) =>
        (added.TryGetValue(record.Key, out var newer) ? ReferenceEquals(newer, record) : _catalog.IsNewest(record))
        && !(record.IsTombstone && mark.HasFlag(FeedMark.Rewrite));

    private bool HasTooManyTombstones()
    {
        var tombstones = _catalog.Count <= Tombstones ? 0 : _catalog.Newest.Count(static record => record.IsTombstone);
        return tombstones > Tombstones && tombstones > _catalog.Count / 2;
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "The stored catalog has lost records; {Entities} entities are left until the next full load")]
    private static partial void LogDamaged(ILogger logger, int entities);
}
