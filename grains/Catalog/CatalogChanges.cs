using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Grains.Feeds;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>Reduces a published batch to what really changes, as numbered records.</summary>
internal static class CatalogChanges
{
    /// <summary>The records to append; empty when the catalog already says all this.</summary>
    /// <param name="catalog">The catalog before the batch.</param>
    /// <param name="change">The batch; a later mention of an entity wins over an earlier one, removal over insertion.</param>
    /// <param name="next">Number of the first record.</param>
    public static List<CatalogRecord> Of(FeedIndex<CatalogKey, CatalogRecord> catalog, CatalogChange change, long next)
    {
        var wanted = new Dictionary<CatalogKey, CatalogRecord>();
        foreach (var record in Mentioned(change).Concat(NotRetained(catalog, change.Retain)))
        {
            wanted[record.Key] = record;
        }

        return [.. wanted.Values.Where(record => Differs(catalog.Find(record.Key), record)).Select(record => record with { Number = next++ })];
    }

    /// <summary>Whether records would replace something that was changed after a version.</summary>
    /// <param name="catalog">The catalog before the batch.</param>
    /// <param name="records">What the batch would append.</param>
    /// <param name="version">What the source knew.</param>
    public static bool ReplaceNewer(FeedIndex<CatalogKey, CatalogRecord> catalog, List<CatalogRecord> records, long version) =>
        records.Exists(record => catalog.Find(record.Key) is { } held && held.Number > version);

    private static IEnumerable<CatalogRecord> Mentioned(CatalogChange change) =>
        change.Tenants.Select(static tenant => new CatalogRecord { Tenant = tenant })
            .Concat(change.Clients.Select(static client => new CatalogRecord { Client = client }))
            .Concat(change.RemovedTenants.Select(static name => new CatalogRecord { RemovedTenant = name }))
            .Concat(change.RemovedClients.Select(static ident => new CatalogRecord { RemovedClient = ident }));

    private static IEnumerable<CatalogRecord> NotRetained(FeedIndex<CatalogKey, CatalogRecord> catalog, CatalogRetention? retention)
    {
        if (retention is null)
        {
            return [];
        }

        var tenants = retention.Tenants.ToHashSet(StringComparer.Ordinal);
        var clients = retention.Clients.ToHashSet();
        return catalog.Newest
            .Where(record => record.Key.Tenant is { } name ? !tenants.Contains(name) : !clients.Contains(record.Key.Client))
            .Select(static record => record.Key.Tenant is { } name
                ? new CatalogRecord { RemovedTenant = name }
                : new CatalogRecord { RemovedClient = record.Key.Client });
    }

    private static bool Differs(CatalogRecord? known, CatalogRecord wanted) => (known, wanted) switch
    {
        (null or { IsTombstone: true }, { IsTombstone: true }) => false,
        (null, _) => true,
        ({ Tenant: { } before }, { Tenant: { } after }) => !EntryContent.IsSame(before, after),
        ({ Client: { } before }, { Client: { } after }) => !EntryContent.IsSame(before, after),
        _ => true,
    };
}
