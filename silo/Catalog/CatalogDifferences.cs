using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>
/// Finds out that somebody else publishes other files for this service: then both put their own over the other's in turn, and to each of them nothing is wrong. What others publish is
/// normally what the files here say a moment later, so a difference counts when it has lasted. Costs what changes, not what there is. Not thread-safe: the source owns it.
/// </summary>
/// <param name="set">What the files here say.</param>
/// <param name="publisher">Knows the form in which that is published.</param>
/// <param name="patience">How long a difference may last.</param>
/// <param name="clock">The clock.</param>
internal sealed class CatalogDifferences(CatalogSet set, CatalogPublisher publisher, TimeSpan patience, TimeProvider clock)
{
    private readonly Dictionary<string, Difference> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Difference> _clients = [];
    private bool _isLasting;

    /// <summary>Notes what the catalog says now of some entities.</summary>
    /// <param name="page">What changed there.</param>
    public void Note(CatalogEntriesPage page)
    {
        foreach (var (name, entry) in page.Tenants.Select(static entry => (entry.Tenant.Name, (TenantEntry?)entry)).Concat(page.RemovedTenants.Select(static name => (name, (TenantEntry?)null))))
        {
            _tenants[name] = new Difference(entry, null, Since(_tenants, name));
        }

        foreach (var (ident, entry) in page.Clients.Select(static entry => (entry.Client.Ident, (ClientEntry?)entry)).Concat(page.RemovedClients.Select(static ident => (ident, (ClientEntry?)null))))
        {
            _clients[ident] = new Difference(null, entry, Since(_clients, ident));
        }
    }

    /// <summary>Everything was published anew: the catalog says what the files say.</summary>
    public void Forget()
    {
        _tenants.Clear();
        _clients.Clear();
    }

    /// <summary>Compares what was noted with the files as they are known now.</summary>
    /// <param name="cancellationToken">Stops waiting for the cluster's secrets.</param>
    /// <returns>Names of what has begun to differ for too long; an empty list when all that is over; null when there is no news.</returns>
    public async Task<IReadOnlyList<string>?> Judge(CancellationToken cancellationToken)
    {
        foreach (var (name, difference) in _tenants.ToList())
        {
            if (await IsSame(difference.Tenant, set.Tenant(name), cancellationToken))
            {
                _tenants.Remove(name);
            }
        }

        foreach (var (ident, difference) in _clients.ToList())
        {
            if (await IsSame(difference.Client, set.Client(ident), cancellationToken))
            {
                _clients.Remove(ident);
            }
        }

        CatalogMetrics.Differ(_tenants.Count + _clients.Count);
        var limit = clock.GetUtcNow() - patience;
        string[] lasting =
        [
            .. _tenants.Where(each => each.Value.Since <= limit).Select(static each => "tenant " + each.Key),
            .. _clients.Where(each => each.Value.Since <= limit).Select(static each => "client " + each.Key),
        ];
        var before = _isLasting;
        _isLasting = lasting.Length > 0 || (before && _tenants.Count + _clients.Count > 0);
        return before == _isLasting ? null : lasting;
    }

    // A file that cannot be read is told of by itself, and its last good version is nobody's disagreement.
    private async Task<bool> IsSame(TenantEntry? published, TenantEntry? own, CancellationToken cancellationToken) =>
        (published is null && own is null)
        || set.IsBroken(own?.Source ?? published!.Source)
        || (published is not null && own is not null && EntryContent.IsSame(published, (await publisher.AsPublished([own], cancellationToken))[0]));

    private async Task<bool> IsSame(ClientEntry? published, ClientEntry? own, CancellationToken cancellationToken) =>
        (published is null && own is null)
        || set.IsBroken(own?.Source ?? published!.Source)
        || (published is not null && own is not null && EntryContent.IsSame(published, (await publisher.AsPublished([own], cancellationToken))[0]));

    private DateTimeOffset Since<TKey>(Dictionary<TKey, Difference> known, TKey key)
        where TKey : notnull => known.TryGetValue(key, out var difference) ? difference.Since : clock.GetUtcNow();

    private sealed record Difference(TenantEntry? Tenant, ClientEntry? Client, DateTimeOffset Since);
}
