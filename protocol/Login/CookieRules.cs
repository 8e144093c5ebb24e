using System.Net;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>Name, domain and flags of the login cookie (contract http.md §11).</summary>
public static class CookieRules
{
    /// <summary>The contract's name of the login cookie.</summary>
    public const string SessionCookie = "uitsmijter-sso";

    /// <summary>The value of a cookie that is being taken away.</summary>
    public const string ClearedValue = "invalid";

    /// <summary>Second-level names under which registries sell names (<c>co.uk</c>): a cookie for one of them would belong to strangers.</summary>
    private static readonly string[] _registryLabels = ["ac", "co", "com", "edu", "go", "gob", "gov", "mil", "ne", "net", "nom", "or", "org"];

    /// <summary>The cookie's name at a tenant: tenants that share a cookie domain get a suffix.</summary>
    /// <param name="tenant">The tenant.</param>
    public static string NameFor(Tenant tenant) => SessionCookie + tenant.CookieSuffix;

    /// <summary>
    /// The domain attribute: the first of the contract's candidates that the browser accepts on the requested host (RFC 6265 §5.3 step 6
    /// drops any other without a word). Null for a cookie without the attribute: addresses and <c>localhost</c> have no domains.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="mode">One of <see cref="LoginModes"/>.</param>
    /// <param name="place">Where the cookie is set.</param>
    public static string? DomainFor(Tenant tenant, string mode, CookiePlace place)
    {
        string?[] candidates = mode == LoginModes.Interceptor
            ? [tenant.Interceptor.Cookie, tenant.Interceptor.Domain, place.TargetHost, place.PublicDomain, place.RequestHost]
            : [Mapped(place, place.TargetHost), Mapped(place, place.RequestHost), place.RequestHost];
        foreach (var candidate in candidates)
        {
            if (TryAccept(candidate, place.RequestHost, out var domain))
            {
                return domain;
            }
        }

        return null;
    }

    /// <summary>Every domain a login on this host may have used, each once: what a logout must clear (contract http.md §9.4).</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="place">Where the logout is answered.</param>
    public static IReadOnlyList<string?> DomainsToClear(Tenant tenant, CookiePlace place) =>
    [
        .. new[]
        {
            DomainFor(tenant, LoginModes.Interceptor, place),
            DomainFor(tenant, LoginModes.OAuth, place with { TargetHost = null }),
        }.DistinctBy(static domain => domain?.TrimStart('.')),
    ];

    /// <summary>Whether the cookie may be set, and with which flag.</summary>
    /// <param name="setting"><c>SECURE</c>, or null when unset.</param>
    /// <param name="isHttps">Whether the browser's request came over TLS, as trusted proxies tell it.</param>
    /// <param name="host">Normalised host of the request.</param>
    public static CookieProtection ProtectionFor(bool? setting, bool isHttps, string host) => setting switch
    {
        true => CookieProtection.Secure,
        false => CookieProtection.Plain,
        null when isHttps => CookieProtection.Secure,
        null when IsThisMachine(host) => CookieProtection.Plain,
        _ => CookieProtection.Refused,
    };

    /// <summary>Whether a host names the machine the browser runs on, which no network can listen to.</summary>
    /// <param name="host">Normalised.</param>
    public static bool IsThisMachine(string host) =>
        host is "localhost"
        || host.EndsWith(".localhost", StringComparison.Ordinal)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string? Mapped(CookiePlace place, string? host) =>
        host is null ? null : place.Mapping.GetValueOrDefault(host, host);

    private static bool TryAccept(string? candidate, string requestHost, out string domain)
    {
        domain = "";
        if (string.IsNullOrEmpty(candidate) || IsAddress(requestHost))
        {
            return false;
        }

        var dotted = candidate.StartsWith('.');
        if (!HostName.TryNormalise(dotted ? candidate[1..] : candidate, out var name) || !MayHoldCookies(name))
        {
            return false;
        }

        domain = dotted ? $".{name}" : name;
        return requestHost == name || requestHost.EndsWith($".{name}", StringComparison.Ordinal);
    }

    /// <summary>One label is a top-level domain or <c>localhost</c>; some pairs are registries. Browsers know the whole list and refuse the rest.</summary>
    private static bool MayHoldCookies(string name)
    {
        var labels = name.Split('.');
        return !IsAddress(name)
            && labels.Length > 1
            && !(labels.Length == 2 && labels[1].Length == 2 && _registryLabels.AsSpan().Contains(labels[0]));
    }

    private static bool IsAddress(string host) => host.StartsWith('[') || IPAddress.TryParse(host, out _);
}
