using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;

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
        catalog.TenantByHost(host)?.Name == tenant.Name || host == LoginHostOf(tenant, publicHost);

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

        // Thousands may live on PUBLIC_DOMAIN: the two lists are counted, never joined.
        var named = catalog.TenantsByLoginHost(host);
        var unnamed = host == publicHost ? catalog.TenantsByLoginHost("") : [];
        return (named.Length, unnamed.Length) switch
        {
            (1, 0) => named[0],
            (0, 1) => unnamed[0],
            _ => null,
        };
    }

    private static string LoginHostOf(Tenant tenant, string publicHost) => tenant.Interceptor.Domain switch
    {
        null or "" => publicHost,
        var domain => HostName.TryNormalise(domain, out var host) ? host : "",
    };
}
