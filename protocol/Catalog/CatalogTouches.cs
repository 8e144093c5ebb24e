namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What one round of changes laid hands on, with the version before it.</summary>
internal sealed class CatalogTouches
{
    /// <summary>Tenants by name; null where there was none before.</summary>
    public SortedDictionary<string, TenantEntry?> Tenants { get; } = new(StringComparer.Ordinal);

    /// <summary>Clients by ident; null where there was none before.</summary>
    public Dictionary<Guid, ClientEntry?> Clients { get; } = [];

    /// <summary>Sources whose problems may have changed.</summary>
    public HashSet<string> Sources { get; } = new(StringComparer.Ordinal);

    /// <summary>Notes a tenant; the first version noted is the one before the round.</summary>
    public void Tenant(string name, TenantEntry? before) => Tenants.TryAdd(name, before);

    /// <summary>Notes a client; the first version noted is the one before the round.</summary>
    public void Client(Guid ident, ClientEntry? before) => Clients.TryAdd(ident, before);
}
