using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What a round of source changes means for the catalog and for the people who wrote the sources.</summary>
public sealed record CatalogOutcome
{
    /// <summary>Tenants to insert or replace, in the order of their names.</summary>
    public ImmutableArray<TenantEntry> Tenants { get; init; } = [];

    /// <summary>Clients to insert or replace.</summary>
    public ImmutableArray<ClientEntry> Clients { get; init; } = [];

    /// <summary>Names of tenants that are gone.</summary>
    public ImmutableArray<string> RemovedTenants { get; init; } = [];

    /// <summary>Idents of clients that are gone.</summary>
    public ImmutableArray<Guid> RemovedClients { get; init; } = [];

    /// <summary>Problems that are new since the last round.</summary>
    public ImmutableArray<ConfigurationProblem> Raised { get; init; } = [];

    /// <summary>Problems that are no more.</summary>
    public ImmutableArray<ConfigurationProblem> Healed { get; init; } = [];

    /// <summary>True when the catalog does not change.</summary>
    public bool IsEmpty => Tenants.IsEmpty && Clients.IsEmpty && RemovedTenants.IsEmpty && RemovedClients.IsEmpty;
}
