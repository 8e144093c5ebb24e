using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// Whose login a page is. A parameter may choose a tenant only among those the requested host works for, so nobody can show one
/// tenant's login page, or collect its cookie, on another tenant's host.
/// </summary>
public static class LoginTenantRules
{
    /// <summary>The tenant of a request for a page, or null when none or several could be meant.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="requestHost">Normalised host of the request.</param>
    /// <param name="targetHost">Normalised host of the return target; null for none or a relative one.</param>
    /// <param name="publicHost">Normalised host of <c>PUBLIC_DOMAIN</c>: the login host of tenants that name none.</param>
    public static Tenant? Choose(CatalogSnapshot catalog, string requestHost, string? targetHost, string publicHost)
    {
        if (targetHost is null || targetHost == requestHost)
        {
            return OfHost(catalog, requestHost, publicHost);
        }

        var owner = catalog.TenantByHost(targetHost);
        if (owner is not null)
        {
            return Serves(catalog, requestHost, owner, publicHost) ? owner : null;
        }

        // Another login host of the same tenant belongs to nobody's hosts.
        return OfHost(catalog, requestHost, publicHost) is { } own && Serves(catalog, targetHost, own, publicHost) ? own : null;
    }

    /// <summary>Whether a host is one of the tenant's hosts or its login host.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="host">Normalised.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="publicHost">Normalised host of <c>PUBLIC_DOMAIN</c>.</param>
    public static bool Serves(CatalogSnapshot catalog, string host, Tenant tenant, string publicHost) =>
        catalog.TenantByHost(host)?.Name == tenant.Name
        || LoginTenants(catalog, host, publicHost).Any(candidate => candidate.Name == tenant.Name);

    /// <summary>Whether a person of this tenant may be sent to the target from this host.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="requestHost">Normalised host of the request.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="target">The target.</param>
    /// <param name="publicHost">Normalised host of <c>PUBLIC_DOMAIN</c>.</param>
    public static bool MayReturnTo(CatalogSnapshot catalog, string requestHost, Tenant tenant, ReturnTarget target, string publicHost) =>
        target.Host is null || target.Host == requestHost || Serves(catalog, target.Host, tenant, publicHost);

    private static Tenant? OfHost(CatalogSnapshot catalog, string host, string publicHost)
    {
        if (catalog.TenantByHost(host) is { } owner)
        {
            return owner;
        }

        var candidates = LoginTenants(catalog, host, publicHost);
        return candidates.Length == 1 ? candidates[0] : null;
    }

    private static ImmutableArray<Tenant> LoginTenants(CatalogSnapshot catalog, string host, string publicHost)
    {
        var named = catalog.TenantsByLoginHost(host);
        return host == publicHost ? named.AddRange(catalog.TenantsByLoginHost("")) : named;
    }
}
