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
    private readonly Dictionary<string, Difference<TenantEntry>> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Difference<ClientEntry>> _clients = [];
    private bool _isLasting;

    /// <summary>Notes what the catalog says now of some entities.</summary>
    /// <param name="page">What changed there.</param>
    public void Note(CatalogEntriesPage page)
    {
        foreach (var tenant in page.Tenants)
        {
            Note(_tenants, tenant.Tenant.Name, tenant);
        }

        foreach (var name in page.RemovedTenants)
        {
            Note(_tenants, name, null);
        }

        foreach (var client in page.Clients)
        {
            Note(_clients, client.Client.Ident, client);
        }

        foreach (var ident in page.RemovedClients)
        {
            Note(_clients, ident, null);
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
            if (await IsSame(difference.Entry, set.Tenant(name), cancellationToken))
            {
                _tenants.Remove(name);
            }
        }

        foreach (var (ident, difference) in _clients.ToList())
        {
            if (await IsSame(difference.Entry, set.Client(ident), cancellationToken))
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

    private void Note<TKey, TEntry>(Dictionary<TKey, Difference<TEntry>> known, TKey key, TEntry? entry)
        where TKey : notnull
        where TEntry : class =>
        known[key] = new Difference<TEntry>(entry, known.TryGetValue(key, out var before) ? before.Since : clock.GetUtcNow());

    /// <summary>What the catalog says of an entity, null for gone, and since when that may be another thing than the files say.</summary>
    private sealed record Difference<TEntry>(TEntry? Entry, DateTimeOffset Since)
        where TEntry : class;
}
