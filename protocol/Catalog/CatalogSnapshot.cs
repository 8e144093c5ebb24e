using System.Collections.Frozen;
using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// All tenants and clients at one version. Immutable: readers hold one snapshot for the whole of a request. One edited client costs one
/// path of a tree, however many clients there are; the index of hosts is built anew only when a tenant changed.
/// </summary>
public sealed class CatalogSnapshot
{
    private readonly ImmutableDictionary<string, Tenant> _tenants;
    private readonly ImmutableDictionary<Guid, Client> _clients;
    private readonly HostIndex _hosts;
    private readonly FrozenDictionary<string, ImmutableArray<Tenant>> _loginHosts;

    private CatalogSnapshot(
        ImmutableDictionary<string, Tenant> tenants,
        ImmutableDictionary<Guid, Client> clients,
        HostIndex hosts,
        FrozenDictionary<string, ImmutableArray<Tenant>> loginHosts)
    {
        _tenants = tenants;
        _clients = clients;
        _hosts = hosts;
        _loginHosts = loginHosts;
    }

    /// <summary>Nothing, at version 0, not loaded.</summary>
    public static CatalogSnapshot Empty { get; } = new(
        ImmutableDictionary.Create<string, Tenant>(StringComparer.Ordinal),
        ImmutableDictionary<Guid, Client>.Empty,
        HostIndex.Build([]),
        FrozenDictionary<string, ImmutableArray<Tenant>>.Empty);

    /// <summary>The life of the numbering <see cref="Version"/> belongs to; versions of two epochs say nothing about each other.</summary>
    public long Epoch { get; private init; }

    /// <summary>The catalog's version.</summary>
    public long Version { get; private init; }

    /// <summary>True once a complete load has been published; before that an unknown host means nothing.</summary>
    public bool Loaded { get; private init; }

    /// <summary>What clients chose for their ID tokens.</summary>
    public AlgorithmChoices IdTokenAlgorithms { get; private init; } = AlgorithmChoices.None;

    /// <summary>All tenants, in no order.</summary>
    public IEnumerable<Tenant> Tenants => _tenants.Values;

    /// <summary>How many tenants there are.</summary>
    public int TenantCount => _tenants.Count;

    /// <summary>How many clients there are.</summary>
    public int ClientCount => _clients.Count;

    /// <summary>The tenant one of whose host patterns covers the host, or null. An exact host wins over a wildcard.</summary>
    /// <param name="host">Normalised by <see cref="HostName"/>.</param>
    public Tenant? TenantByHost(string host) => _hosts.Find(host);

    /// <summary>The tenant of exactly this name, or null.</summary>
    /// <param name="name">Case-sensitive.</param>
    public Tenant? TenantByName(string name) => _tenants.GetValueOrDefault(name);

    /// <summary>The client with this id, or null.</summary>
    /// <param name="ident">The <c>client_id</c>.</param>
    public Client? ClientByIdent(Guid ident) => _clients.GetValueOrDefault(ident);

    /// <summary>Every client.</summary>
    public IEnumerable<Client> Clients => _clients.Values;

    /// <summary>The clients of a tenant, in no order; looks at all clients, so keep what was made of it.</summary>
    /// <param name="tenantName">Exact name.</param>
    public IEnumerable<Client> ClientsOf(string tenantName) => _clients.Values.Where(client => client.TenantName == tenantName);

    /// <summary>
    /// The tenants whose <c>interceptor.domain</c> is this host; several may share a login host. Tenants without a login domain are
    /// found under the empty string: theirs is <c>PUBLIC_DOMAIN</c>, which no catalog knows.
    /// </summary>
    /// <param name="host">Normalised by <see cref="HostName"/>, or empty.</param>
    public ImmutableArray<Tenant> TenantsByLoginHost(string host) =>
        _loginHosts.TryGetValue(host, out var tenants) ? tenants : [];

    /// <summary>The snapshot after some changes; this one stays as it is.</summary>
    /// <param name="delta">The changes.</param>
    public CatalogSnapshot With(CatalogDelta delta)
    {
        var tenants = _tenants
            .RemoveRange(delta.RemovedTenants)
            .SetItems(delta.Tenants.Select(static tenant => KeyValuePair.Create(tenant.Name, tenant)));
        var clients = _clients
            .RemoveRange(delta.RemovedClients)
            .SetItems(delta.Clients.Select(static client => KeyValuePair.Create(client.Ident, client)));

        return new CatalogSnapshot(
            tenants,
            clients,
            delta.TouchesTenants ? IndexHosts(tenants) : _hosts,
            delta.TouchesTenants ? IndexLoginHosts(tenants) : _loginHosts)
        {
            Epoch = delta.Epoch,
            Version = delta.Version,
            Loaded = delta.Loaded,
            IdTokenAlgorithms = Choices(delta),
        };
    }

    private AlgorithmChoices Choices(CatalogDelta delta)
    {
        // A client is removed or set, never both in one delta; one that changed its mind is counted where it was and where it is.
        var choices = delta.RemovedClients.Aggregate(IdTokenAlgorithms, (now, ident) => now.With(ClientByIdent(ident), after: null));
        return delta.Clients.Aggregate(choices, (now, client) => now.With(ClientByIdent(client.Ident), client));
    }

    private static HostIndex IndexHosts(ImmutableDictionary<string, Tenant> tenants) =>
        HostIndex.Build(tenants.Values.SelectMany(static tenant => tenant.Hosts.Select(pattern => (pattern, tenant))));

    private static FrozenDictionary<string, ImmutableArray<Tenant>> IndexLoginHosts(ImmutableDictionary<string, Tenant> tenants) =>
        tenants.Values
            .Select(static tenant => (Host: LoginHostOf(tenant), Tenant: tenant))
            .Where(static pair => pair.Host is not null)
            .GroupBy(static pair => pair.Host!, static pair => pair.Tenant, StringComparer.Ordinal)
            .ToFrozenDictionary(
                static group => group.Key,
                static group => group.OrderBy(static tenant => tenant.Name, StringComparer.Ordinal).ToImmutableArray(),
                StringComparer.Ordinal);

    /// <summary>Empty for "none configured", null for one that no request could ever ask for.</summary>
    private static string? LoginHostOf(Tenant tenant) => tenant.Interceptor.Domain switch
    {
        null or "" => "",
        var domain => HostName.TryNormalise(domain, out var host) ? host : null,
    };
}
