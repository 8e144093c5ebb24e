using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

/// <summary>A catalog that remembers what it was told, can be away, and can forget.</summary>
internal sealed class CatalogDouble : ICatalogGrain
{
    private readonly Lock _lock = new();
    private readonly List<CatalogChange> _changes = [];
    private readonly Dictionary<string, TenantEntry> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, ClientEntry> _clients = [];
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private long _epoch = 1;
    private long _version;
    private long _movedAt;
    private bool _loaded;
    private int _refusals;

    public bool IsLoaded => Locked(() => _loaded);

    public int Refusals => Locked(() => _refusals);

    public bool IsAway { get; set; }

    public ImmutableArray<CatalogChange> Changes => Locked<ImmutableArray<CatalogChange>>(() => [.. _changes]);

    public ImmutableArray<string> TenantNames => Locked<ImmutableArray<string>>(() => [.. _tenants.Keys.Order(StringComparer.Ordinal)]);

    public ImmutableArray<Guid> Idents => Locked<ImmutableArray<Guid>>(() => [.. _clients.Keys.Order()]);

    public TenantEntry? Tenant(string name) => Locked(() => _tenants.GetValueOrDefault(name));

    public ClientEntry? Client(Guid ident) => Locked(() => _clients.GetValueOrDefault(ident));

    public void ForgetChanges() => Locked(() =>
    {
        _changes.Clear();
        return true;
    });

    public void Forget() => Locked(() =>
    {
        _epoch++;
        _version = 0;
        _loaded = false;
        _tenants.Clear();
        _clients.Clear();
        return true;
    });

    /// <summary>Storage lost one record: another numbering, and not filled any more.</summary>
    public void Lose(string tenant) => Locked(() =>
    {
        _epoch++;
        _loaded = false;
        return _tenants.Remove(tenant);
    });

    /// <summary>Another source publishes something before the next one of the source under test arrives.</summary>
    public Action? BeforeNext { get; set; }

    /// <summary>Counts everything as published by others since.</summary>
    public void MoveOn() => Locked(() => _movedAt = ++_version);

    /// <summary>Another source publishes a tenant.</summary>
    public void MoveOn(TenantEntry entry) => Locked(() =>
    {
        _tenants[entry.Tenant.Name] = entry;
        return _movedAt = ++_version;
    });

    /// <summary>Another source removes a tenant.</summary>
    public void MoveOnWithout(string tenant) => Locked(() =>
    {
        _tenants.Remove(tenant);
        _removed.Add(tenant);
        return _movedAt = ++_version;
    });

    public Task<long> Publish(CatalogChange change, CancellationToken cancellationToken) => Answer(() =>
    {
        var before = BeforeNext;
        BeforeNext = null;
        before?.Invoke();

        // Stricter than the real one, which compares entity by entity.
        if (change.Known is { } known && (known.Epoch != _epoch || known.Version < _movedAt))
        {
            return ICatalogGrain.Outdated;
        }

        _changes.Add(change);
        _version++;
        change.RemovedTenants.ToList().ForEach(name => _tenants.Remove(name));
        change.RemovedClients.ToList().ForEach(ident => _clients.Remove(ident));
        change.Tenants.ToList().ForEach(entry => _tenants[entry.Tenant.Name] = entry);
        change.Clients.ToList().ForEach(entry => _clients[entry.Client.Ident] = entry);
        if (change.Retain is { } retain)
        {
            _loaded = true;
            _tenants.Keys.Except(retain.Tenants).ToList().ForEach(name => _tenants.Remove(name));
            _clients.Keys.Except(retain.Clients).ToList().ForEach(ident => _clients.Remove(ident));
        }

        return _version;
    });

    public Task<CatalogPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken) =>
        Answer(() => new CatalogPage { Epoch = _epoch, Version = _version, Loaded = _loaded });

    public Task<CatalogEntriesPage> ReadEntries(long epoch, long since, int limit, CancellationToken cancellationToken) => Answer(() => new CatalogEntriesPage
    {
        Epoch = _epoch,
        Version = _version,
        Loaded = _loaded,
        Tenants = [.. _tenants.Values],
        Clients = [.. _clients.Values],
        RemovedTenants = [.. _removed.Except(_tenants.Keys)],
    });

    public Task Subscribe(IFeedObserver observer) => Task.CompletedTask;

    private Task<T> Answer<T>(Func<T> answer) => Locked(() =>
    {
        if (IsAway)
        {
            _refusals++;
            return Task.FromException<T>(new TimeoutException("The catalog is away."));
        }

        return Task.FromResult(answer());
    });

    private T Locked<T>(Func<T> body)
    {
        lock (_lock)
        {
            return body();
        }
    }
}
