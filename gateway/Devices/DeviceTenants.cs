using System.Collections.Frozen;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>
/// Tenants whose devices a host may be asked about. A person types eight characters and no tenant; where several tenants share a login host, the code is
/// looked for in each of them.
/// </summary>
internal sealed class DeviceTenants(Visits visits, ServerSettings settings)
{
    /// <summary>Each costs a look into storage per code that is typed. Tenants beyond need a <c>verification_uri</c> at a host of their own.</summary>
    private const int Most = 16;

    private readonly string _publicHost = HostName.TryNormalise(settings.PublicDomain, out var host) ? host : "";
    private volatile Known _known = new(CatalogSnapshot.Empty, FrozenSet<string>.Empty);

    /// <summary>Whether a client of the tenant may start devices.</summary>
    /// <param name="snapshot">The catalog.</param>
    /// <param name="tenant">Tenant name.</param>
    public bool HasDevices(CatalogSnapshot snapshot, string tenant) => Of(snapshot).Contains(tenant);

    /// <summary>The tenants of a host that have devices.</summary>
    /// <param name="host">Normalised host of the request.</param>
    public IReadOnlyList<Tenant> At(string host)
    {
        var snapshot = visits.Catalog;
        var named = Of(snapshot);
        return
        [
            .. TenantsAt(snapshot, host).Where(tenant => named.Contains(tenant.Name)).DistinctBy(static tenant => tenant.Name, StringComparer.Ordinal)
                .OrderBy(static tenant => tenant.Name, StringComparer.Ordinal).Take(Most),
        ];
    }

    /// <summary>Whether a host belongs to any tenant.</summary>
    /// <param name="host">Normalised host of the request.</param>
    public bool IsKnown(string host) => TenantsAt(visits.Catalog, host).Any();

    private IEnumerable<Tenant> TenantsAt(CatalogSnapshot snapshot, string host)
    {
        if (snapshot.TenantByHost(host) is { } owner)
        {
            yield return owner;
        }

        foreach (var tenant in snapshot.TenantsByLoginHost(host))
        {
            yield return tenant;
        }

        if (host == _publicHost)
        {
            foreach (var tenant in snapshot.TenantsByLoginHost(""))
            {
                yield return tenant;
            }
        }
    }

    /// <summary>Many clients are looked at once per change of the catalog, not once per request.</summary>
    private FrozenSet<string> Of(CatalogSnapshot snapshot)
    {
        var known = _known;
        if (known.Snapshot != snapshot)
        {
            _known = known = new Known(
                snapshot,
                snapshot.Clients.Where(static client => client.DeviceGrant is not null && client.GrantTypes.Contains(GrantTypes.DeviceCode))
                    .Select(static client => client.TenantName).ToFrozenSet(StringComparer.Ordinal));
        }

        return known.Names;
    }

    private sealed record Known(CatalogSnapshot Snapshot, FrozenSet<string> Names);
}
