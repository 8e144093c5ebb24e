using System.Collections.Immutable;
using Orleans.Concurrency;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.GrainInterfaces.Catalog;

/// <summary>
/// The one versioned catalog of validated tenants and clients. One source reader writes; mirrors in gateways and silos pull
/// bounded pages of what is newer than the version they hold, and are nudged when there is something to pull.
/// </summary>
[Alias("uitsmijter.catalog")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>The key of the only catalog.</summary>
    public const string Only = "catalog";

    /// <summary>What <see cref="Publish"/> answers to a source that did not know the newest: nothing was stored.</summary>
    public const long Outdated = -1;

    /// <summary>Stores changed entities; unchanged ones cost nothing. Durable before it returns.</summary>
    /// <param name="change">Upserts and removals of one batch.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>The catalog's version afterwards, or <see cref="Outdated"/>: read it, read the source, and publish what is true now.</returns>
    [Alias("publish"), Idempotent]
    Task<long> Publish(CatalogChange change, CancellationToken cancellationToken);

    /// <summary>What changed after <paramref name="since"/>, for gateways: no scripts, no secrets.</summary>
    /// <param name="epoch">Epoch of the reader's mirror, 0 for an empty one; another epoch answers from the beginning.</param>
    /// <param name="since">Version the reader's mirror has.</param>
    /// <param name="limit">At most this many entities in the page.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("read"), Idempotent]
    Task<CatalogPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken);

    /// <summary>The same for silos, with scripts and secret digests.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    [Alias("read-entries"), Idempotent]
    Task<CatalogEntriesPage> ReadEntries(long epoch, long since, int limit, CancellationToken cancellationToken);

    /// <summary>Registers a mirror for nudges; repeat at least every minute, or the registration lapses.</summary>
    /// <param name="observer">The mirror.</param>
    [Alias("subscribe"), Idempotent]
    Task Subscribe(IFeedObserver observer);
}

/// <summary>A mirror that wants to know when there is something to pull. Nudges may be lost; mirrors also poll.</summary>
[Alias("uitsmijter.feed-observer")]
public interface IFeedObserver : IGrainObserver
{
    /// <summary>Something newer than the mirror may exist.</summary>
    /// <param name="position">Version of the catalog, or number of the newest feed entry.</param>
    [OneWay, Alias("moved")]
    Task Moved(long position);
}

/// <summary>One batch of configuration changes.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.change")]
public sealed record CatalogChange
{
    /// <summary>Tenants to insert or replace.</summary>
    [Id(0)] public ImmutableArray<TenantEntry> Tenants { get; init; } = [];

    /// <summary>Clients to insert or replace.</summary>
    [Id(1)] public ImmutableArray<ClientEntry> Clients { get; init; } = [];

    /// <summary>Names of tenants that are gone.</summary>
    [Id(2)] public ImmutableArray<string> RemovedTenants { get; init; } = [];

    /// <summary>Idents of clients that are gone.</summary>
    [Id(3)] public ImmutableArray<Guid> RemovedClients { get; init; } = [];

    /// <summary>
    /// Not null with the last batch of a full load: everything the catalog holds beyond these is removed, and the catalog counts as loaded.
    /// </summary>
    [Id(4)] public CatalogRetention? Retain { get; init; }

    /// <summary>
    /// What the source knew when it read what it publishes: nothing that others changed since is replaced. A silo that stood still would otherwise
    /// put yesterday's configuration over today's when it goes on. Null, from a build before this one: whoever comes last wins.
    /// </summary>
    [Id(5)] public CatalogPosition? Known { get; init; }
}

/// <summary>One state of the catalog.</summary>
/// <param name="Epoch">Life of its numbering.</param>
/// <param name="Version">Its version.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.position")]
public sealed record CatalogPosition(
    [property: Id(0)] long Epoch,
    [property: Id(1)] long Version);

/// <summary>The complete set of names after a full load.</summary>
/// <param name="Tenants">All tenant names.</param>
/// <param name="Clients">All client idents.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.retention")]
public sealed record CatalogRetention(
    [property: Id(0)] ImmutableArray<string> Tenants,
    [property: Id(1)] ImmutableArray<Guid> Clients);

/// <summary>One page of changes for gateways.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.page")]
public sealed record CatalogPage
{
    /// <summary>Identifies one life of the catalog's numbering; when it differs from the mirror's, the mirror starts empty with this page.</summary>
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>The version a mirror has after applying this page.</summary>
    [Id(1)] public required long Version { get; init; }

    /// <summary>True when newer pages follow at once.</summary>
    [Id(2)] public bool More { get; init; }

    /// <summary>True once a full load has been published; before that, a mirror is not ready.</summary>
    [Id(3)] public bool Loaded { get; init; }

    /// <summary>Inserted or replaced tenants.</summary>
    [Id(4)] public ImmutableArray<Tenant> Tenants { get; init; } = [];

    /// <summary>Inserted or replaced clients.</summary>
    [Id(5)] public ImmutableArray<Client> Clients { get; init; } = [];

    /// <summary>Removed tenants.</summary>
    [Id(6)] public ImmutableArray<string> RemovedTenants { get; init; } = [];

    /// <summary>Removed clients.</summary>
    [Id(7)] public ImmutableArray<Guid> RemovedClients { get; init; } = [];
}

/// <summary>One page of changes for silos.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.entries-page")]
public sealed record CatalogEntriesPage
{
    /// <inheritdoc cref="CatalogPage.Epoch"/>
    [Id(0)] public required long Epoch { get; init; }

    /// <inheritdoc cref="CatalogPage.Version"/>
    [Id(1)] public required long Version { get; init; }

    /// <inheritdoc cref="CatalogPage.More"/>
    [Id(2)] public bool More { get; init; }

    /// <inheritdoc cref="CatalogPage.Loaded"/>
    [Id(3)] public bool Loaded { get; init; }

    /// <inheritdoc cref="CatalogPage.Tenants"/>
    [Id(4)] public ImmutableArray<TenantEntry> Tenants { get; init; } = [];

    /// <inheritdoc cref="CatalogPage.Clients"/>
    [Id(5)] public ImmutableArray<ClientEntry> Clients { get; init; } = [];

    /// <inheritdoc cref="CatalogPage.RemovedTenants"/>
    [Id(6)] public ImmutableArray<string> RemovedTenants { get; init; } = [];

    /// <inheritdoc cref="CatalogPage.RemovedClients"/>
    [Id(7)] public ImmutableArray<Guid> RemovedClients { get; init; } = [];
}
