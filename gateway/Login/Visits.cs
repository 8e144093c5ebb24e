using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Finds out whose page a request asks for.</summary>
internal sealed class Visits(CatalogMirror catalog, TrustedProxies proxies, ServerSettings settings)
{
    private readonly string _publicHost = HostName.TryNormalise(settings.PublicDomain, out var host) ? host : "";

    /// <summary>Whether hosts can be judged at all: before the first complete catalog an unknown host means nothing.</summary>
    public bool IsReady => catalog.IsReady;

    /// <summary>The catalog as it is now.</summary>
    public CatalogSnapshot Catalog => catalog.Current;

    /// <summary>What the browser asked; null when it names no host.</summary>
    /// <param name="context">The request.</param>
    public BrowserRequest? Request(HttpContext context) => BrowserRequest.Read(context, proxies);

    /// <summary>The visit of a tenant chosen by host and target, or null.</summary>
    /// <param name="request">What the browser asked.</param>
    /// <param name="target">Where the person wants to go.</param>
    public Visit? Choose(BrowserRequest request, ReturnTarget target)
    {
        var snapshot = catalog.Current;
        var tenant = LoginTenantRules.Choose(snapshot, request.Host, target.Host, _publicHost);
        return tenant is not null && LoginTenantRules.MayReturnTo(snapshot, request.Host, tenant, target, _publicHost)
            ? Of(request, snapshot, tenant, target)
            : null;
    }

    /// <summary>The visit of a named tenant, or null when the host is none of its hosts or the target is not allowed.</summary>
    /// <param name="request">What the browser asked.</param>
    /// <param name="tenantName">Name from a sealed ticket or a verified cookie, never from the browser alone.</param>
    /// <param name="target">Where the person wants to go.</param>
    public Visit? Named(BrowserRequest request, string tenantName, ReturnTarget target)
    {
        var snapshot = catalog.Current;
        return snapshot.TenantByName(tenantName) is { } tenant
            && LoginTenantRules.Serves(snapshot, request.Host, tenant, _publicHost)
            && LoginTenantRules.MayReturnTo(snapshot, request.Host, tenant, target, _publicHost)
                ? Of(request, snapshot, tenant, target)
                : null;
    }

    /// <summary>A tenant the host of a request works for, the first of several; null for a host of nobody.</summary>
    /// <param name="request">What the browser, or a client, asked.</param>
    public Tenant? AnyAt(BrowserRequest request)
    {
        var snapshot = catalog.Current;
        return snapshot.TenantByHost(request.Host)
            ?? snapshot.TenantsByLoginHost(request.Host).FirstOrDefault()
            ?? (request.Host == _publicHost ? snapshot.TenantsByLoginHost("").FirstOrDefault() : null);
    }

    /// <summary>Whether cookies of this request are <c>Secure</c>.</summary>
    /// <param name="request">What the browser asked.</param>
    public bool IsSecure(BrowserRequest request) => ProtectionOf(request) == CookieProtection.Secure;

    /// <summary>False on plain http where the server insists on TLS.</summary>
    /// <param name="request">What the browser asked.</param>
    public bool MaySetCookies(BrowserRequest request) => ProtectionOf(request) != CookieProtection.Refused;

    /// <summary>Whether a host is one of the visit's tenant.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="host">Normalised.</param>
    public bool IsHostOf(Visit visit, string host) => LoginTenantRules.Serves(visit.Catalog, host, visit.Tenant, _publicHost);

    /// <summary>Where a login cookie of this visit belongs.</summary>
    /// <param name="visit">The visit.</param>
    public CookiePlace CookiePlace(Visit visit) => new()
    {
        RequestHost = visit.Request.Host,
        TargetHost = visit.Target.Host,
        Mapping = settings.CookieDomains,
        PublicDomain = settings.PublicDomain,
    };

    private Visit Of(BrowserRequest request, CatalogSnapshot snapshot, Tenant tenant, ReturnTarget target) => new()
    {
        Request = request,
        Catalog = snapshot,
        Tenant = tenant,
        Target = target,
        Protection = ProtectionOf(request),
    };

    private CookieProtection ProtectionOf(BrowserRequest request) => CookieRules.ProtectionFor(settings.Secure, request.IsHttps, request.Host);
}
