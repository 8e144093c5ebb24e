using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What one page of changes does to a <see cref="CatalogSnapshot"/>.</summary>
public sealed record CatalogDelta
{
    /// <summary>Tenants to insert or replace, by name.</summary>
    public ImmutableArray<Tenant> Tenants { get; init; } = [];

    /// <summary>Clients to insert or replace, by ident.</summary>
    public ImmutableArray<Client> Clients { get; init; } = [];

    /// <summary>Names of tenants that are gone.</summary>
    public ImmutableArray<string> RemovedTenants { get; init; } = [];

    /// <summary>Idents of clients that are gone.</summary>
    public ImmutableArray<Guid> RemovedClients { get; init; } = [];

    /// <summary>Life of the numbering the version belongs to.</summary>
    public long Epoch { get; init; }

    /// <summary>The catalog's version after these changes.</summary>
    public required long Version { get; init; }

    /// <summary>Whether the catalog has been loaded completely once.</summary>
    public required bool Loaded { get; init; }

    /// <summary>True when the hosts of some tenant may have changed.</summary>
    internal bool TouchesTenants => Tenants.Length > 0 || RemovedTenants.Length > 0;
}
