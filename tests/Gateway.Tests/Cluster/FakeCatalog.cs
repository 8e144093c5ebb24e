using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>A catalog grain: numbered changes, bounded pages, another epoch starts over.</summary>
internal sealed class FakeCatalog : ICatalogGrain
{
    private readonly Lock _lock = new();
    private readonly List<IFeedObserver> _observers = [];
    private SortedDictionary<long, Action<Draft>> _changes = [];
    private FakeCluster? _cluster;

    public long Epoch { get; private set; } = 1;

    public long Version { get; private set; }

    public bool Loaded { get; set; }

    public int Reads { get; private set; }

    public int Subscriptions { get; private set; }

    /// <summary>While set, asked before every page; may change the catalog under the reader.</summary>
    public Action<long>? BeforeRead { get; set; }

    /// <summary>Nudges are lost while true.</summary>
    public bool IsMute { get; set; }

    public FakeCatalog In(FakeCluster cluster)
    {
        _cluster = cluster;
        return this;
    }

    public void Publish(params Tenant[] tenants)
    {
        foreach (var tenant in tenants)
        {
            Add(draft => draft.Tenants.Add(tenant));
        }

        Loaded = true;
        Nudge();
    }

    public void Publish(params Client[] clients)
    {
        foreach (var client in clients)
        {
            Add(draft => draft.Clients.Add(client));
        }

        Nudge();
    }

    public void Remove(string tenant)
    {
        Add(draft => draft.RemovedTenants.Add(tenant));
        Nudge();
    }

    /// <summary>The numbering starts over, as after a loss of storage.</summary>
    public void StartOver(bool loaded)
    {
        lock (_lock)
        {
            Epoch++;
            Version = 0;
            _changes = [];
            Loaded = loaded;
        }
    }

    /// <summary>The version runs backwards within one epoch, as after a restored backup.</summary>
    public void RunBackwards(params Tenant[] tenants)
    {
        lock (_lock)
        {
            Version = 0;
            _changes = [];
        }

        Publish(tenants);
    }

    public Task<CatalogPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken)
    {
        _cluster!.Guard();
        BeforeRead?.Invoke(since);
        lock (_lock)
        {
            Reads++;
            since = epoch == Epoch ? since : 0;
            var taken = _changes.Where(change => change.Key > since).Take(limit).ToList();
            var draft = new Draft();
            taken.ForEach(change => change.Value(draft));
            var version = taken.Count > 0 ? taken[^1].Key : Version;
            return Task.FromResult(new CatalogPage
            {
                Epoch = Epoch,
                Version = version,
                More = version < Version,
                Loaded = Loaded,
                Tenants = [.. draft.Tenants],
                Clients = [.. draft.Clients],
                RemovedTenants = [.. draft.RemovedTenants],
            });
        }
    }

    public Task Subscribe(IFeedObserver observer)
    {
        _cluster!.Guard();
        lock (_lock)
        {
            Subscriptions++;
            _observers.Add(observer);
        }

        return Task.CompletedTask;
    }

    public Task<long> Publish(CatalogChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CatalogEntriesPage> ReadEntries(long epoch, long since, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Add(Action<Draft> change)
    {
        lock (_lock)
        {
            _changes[++Version] = change;
        }
    }

    private void Nudge()
    {
        foreach (var observer in IsMute ? [] : _observers.ToArray())
        {
            observer.Moved(Version);
        }
    }

    private sealed class Draft
    {
        public List<Tenant> Tenants { get; } = [];

        public List<Client> Clients { get; } = [];

        public List<string> RemovedTenants { get; } = [];
    }
}
