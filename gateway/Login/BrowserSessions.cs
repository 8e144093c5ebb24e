using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>The sessions a browser's login cookies stand for. Bearer tokens open no page, so nothing else is looked at.</summary>
internal sealed class BrowserSessions(KeyMirror keys, RevocationMirror revocations, TimeProvider clock)
{
    /// <summary>Tenants a browser's cookies may name: each costs a look at keys that perhaps have to be fetched.</summary>
    private const int MostTenants = 16;

    /// <summary>Every living session of a tenant among the cookies; usually none or one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">The tenant.</param>
    public async ValueTask<IReadOnlyList<LiveSession>> Of(HttpContext context, Tenant tenant)
    {
        var values = CookieJar.Values(context.Request, CookieRules.NameFor(tenant)).Distinct(StringComparer.Ordinal).ToList();
        if (values.Count == 0 || await keys.Get(tenant, context.RequestAborted) is not { } tenantKeys)
        {
            return [];
        }

        var now = clock.GetUtcNow();
        var found = new List<LiveSession>();
        foreach (var value in values)
        {
            if (SsoCookie.Verify(value, tenantKeys, tenant, now) is SsoCookieVerdict.Valid(var claims)
                && !revocations.IsRevoked(RevocationKind.Session, claims.Sid))
            {
                found.Add(new LiveSession(claims, tenantKeys, value));
            }
        }

        return found;
    }

    /// <summary>False when the browser holds a cookie of the tenant and its keys are out of reach: then nobody can tell what it is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">The tenant.</param>
    public async ValueTask<bool> CanTell(HttpContext context, Tenant tenant) =>
        CookieJar.Values(context.Request, CookieRules.NameFor(tenant)).Count == 0 || await keys.Get(tenant, context.RequestAborted) is not null;

    /// <summary>The visit of the first tenant for which the browser holds a living session on this host, or null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visits">Judges hosts and targets.</param>
    /// <param name="request">What the browser asked.</param>
    /// <param name="target">Where the person wants to go.</param>
    public async ValueTask<Visit?> VisitBySession(HttpContext context, Visits visits, BrowserRequest request, ReturnTarget target)
    {
        foreach (var name in TenantsNamed(context).Distinct(StringComparer.Ordinal).Take(MostTenants))
        {
            if (visits.Named(request, name, target) is { } visit && await Of(context, visit.Tenant) is [_, ..])
            {
                return visit;
            }
        }

        return null;
    }

    /// <summary>
    /// The tenants the browser's login cookies name, unverified: a hint where several tenants share a login host. Whoever uses it
    /// must verify the cookie with that tenant's keys before it means anything.
    /// </summary>
    private static IEnumerable<string> TenantsNamed(HttpContext context)
    {
        foreach (var (_, value) in CookieJar.Read(context.Request, static name => name.StartsWith(CookieRules.SessionCookie, StringComparison.Ordinal)))
        {
            if (SsoCookie.ClaimedTenant(value) is { } tenant)
            {
                yield return tenant;
            }
        }
    }
}
