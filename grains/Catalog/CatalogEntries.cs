using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Grains.Feeds;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>
/// The catalog as this silo knows it, with scripts and secret digests. An entry is the same object until its entity changes:
/// whoever prepared something from an entry compares references to see whether it is still good.
/// </summary>
public sealed class CatalogEntries : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int PageSize = 2_000;

    /// <summary>Shorter than a response may take (ten seconds): who waits for a silo that cannot read its catalog must still hear of it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(8);

    private readonly ICatalogGrain _catalog;
    private readonly FeedFollower _follower;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Copy _shown = new(0);
    private Copy _building;

    /// <summary>An empty mirror; it fills when the silo is active.</summary>
    /// <param name="grains">Reaches the catalog.</param>
    /// <param name="logger">Where lost contact is reported.</param>
    public CatalogEntries(IGrainFactory grains, ILogger<CatalogEntries> logger)
    {
        _building = _shown;
        _catalog = grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);
        _follower = new FeedFollower(grains, _catalog.Subscribe, PullAsync, logger);
    }

    /// <summary>Version of the catalog this mirror has; 0 before the first entity.</summary>
    public long Version => _shown.Version;

    /// <summary>True once the mirror has seen a complete catalog.</summary>
    public bool IsLoaded => _shown.IsLoaded;

    /// <summary>
    /// Waits until this silo has read a complete catalog. A silo joins its cluster, and is given grains, a moment before: a grain that refuses whom the catalog does not
    /// name begins with this, or a good code would be answered as one of a client nobody knows. Costs nothing afterwards.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TimeoutException">It took longer than a caller waits for an answer.</exception>
    public Task UntilLoaded(CancellationToken cancellationToken) => _loaded.Task.IsCompleted ? Task.CompletedTask : _loaded.Task.WaitAsync(_patience, cancellationToken);

    /// <summary>How long ago the mirror was known to be level with the catalog.</summary>
    public TimeSpan Age => _follower.Age;

    /// <summary>All tenants.</summary>
    public IEnumerable<TenantEntry> Tenants => _shown.Tenants.Values;

    /// <summary>What clients chose for their ID tokens.</summary>
    public AlgorithmChoices IdTokenAlgorithms => _shown.IdTokenAlgorithms;

    /// <summary>A tenant, or null when there is none of that name.</summary>
    /// <param name="name">Exact name.</param>
    public TenantEntry? Tenant(string name) => _shown.Tenants.GetValueOrDefault(name);

    /// <summary>A client, or null when there is none of that ident.</summary>
    /// <param name="ident">The client's ident.</param>
    public ClientEntry? Client(Guid ident) => _shown.Clients.GetValueOrDefault(ident);

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle) => _follower.StartWith(lifecycle, nameof(CatalogEntries));

    /// <inheritdoc />
    public void Dispose() => _follower.Dispose();

    private async Task<bool> PullAsync(CancellationToken cancellationToken)
    {
        var page = await _catalog.ReadEntries(_building.Epoch, _building.Version, PageSize, cancellationToken);
        if (page.Epoch != _building.Epoch)
        {
            // A new numbering: build beside, and show it when it is complete; until then the old entries serve.
            _building = new Copy(page.Epoch);
        }

        _building.Apply(page);
        if (!page.More && (page.Loaded || !_shown.IsLoaded))
        {
            _shown = _building;
            if (_shown.IsLoaded)
            {
                _loaded.TrySetResult();
            }
        }

        return page.More;
    }

    /// <summary>One life of the numbering; written by the follower alone, read by everybody.</summary>
    private sealed class Copy(long epoch)
    {
        private long _version;
        private volatile AlgorithmChoices _idTokenAlgorithms = AlgorithmChoices.None;

        public long Epoch { get; } = epoch;

        public long Version => Volatile.Read(ref _version);

        public bool IsLoaded { get; private set; }

        public AlgorithmChoices IdTokenAlgorithms => _idTokenAlgorithms;

        public ConcurrentDictionary<string, TenantEntry> Tenants { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<Guid, ClientEntry> Clients { get; } = new();

        public void Apply(CatalogEntriesPage page)
        {
            foreach (var tenant in page.Tenants)
            {
                Tenants[tenant.Tenant.Name] = tenant;
            }

            foreach (var client in page.Clients)
            {
                _idTokenAlgorithms = _idTokenAlgorithms.With(Clients.GetValueOrDefault(client.Client.Ident)?.Client, client.Client);
                Clients[client.Client.Ident] = client;
            }

            foreach (var name in page.RemovedTenants)
            {
                Tenants.TryRemove(name, out _);
            }

            foreach (var ident in page.RemovedClients)
            {
                Clients.TryRemove(ident, out var gone);
                _idTokenAlgorithms = _idTokenAlgorithms.With(gone?.Client, after: null);
            }

            IsLoaded = page.Loaded;
            Volatile.Write(ref _version, page.Version);
        }
    }
}
