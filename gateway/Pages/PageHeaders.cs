using System.Text;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>The security headers of every page (ASVS 5.0 §3.4); why each value: docs/decisions.</summary>
internal static class PageHeaders
{
    /// <summary>Above this the policy names only the target's own place: proxies give a response 4 KB for all headers.</summary>
    private const int MaxHostSources = 1200;

    private const string Strict =
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Sets them all.</summary>
    /// <param name="context">The request and response.</param>
    /// <param name="tenant">Whose page; its own policy replaces the strict one.</param>
    /// <param name="model">Names the places the form's answer redirects to.</param>
    /// <param name="isHttps">Whether the browser spoke TLS, to us or to a trusted proxy.</param>
    /// <param name="home">Where the page's assets are; one that is relayed by a proxy is shown at a host that is not ours.</param>
    public static void Apply(HttpContext context, Tenant? tenant, PageModel model, bool isHttps, AssetHome home)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(tenant, model, home);
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        // Not no-referrer: with it browsers send "Origin: null" with our own forms (Fetch §3.2), and the login could not be told from a forged
        // one. To other sites neither says anything.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";
        headers.CacheControl = "no-store";
        // A year of https is asked for our own hosts alone: a host without a tenant, or one a proxy relays us to, is somebody else's.
        if (isHttps && tenant is not null && home.IsHere && !IsLocal(context.Request))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }

    private static bool IsLocal(HttpRequest request) => HostName.TryNormalise(request.Headers.Host.ToString(), out var host) && host.EndsWith("localhost", StringComparison.Ordinal);

    /// <summary>The policy: the tenant's own if it is a legal header value, else the strict one with the form's targets.</summary>
    internal static string Policy(Tenant? tenant, PageModel model, AssetHome home)
    {
        var own = tenant?.Pages.ContentSecurityPolicy;
        return home.Policy((own is { Length: > 0 and <= 4096 } && own.All(character => character is >= ' ' and <= '~')
            ? own
            : Strict + "; form-action " + (home.IsHere ? FormTargets(tenant, model) : "'self'")) + FrameSources(own, model));
    }

    // Exactly the places the page loads; a tenant's own policy that speaks of frames has decided itself.
    private static string FrameSources(string? own, PageModel model)
    {
        var sources = string.Join(' ', model.Frames.Select(SafeTarget.PolicySource).OfType<string>().Distinct(StringComparer.Ordinal));
        return sources.Length == 0 || own?.Contains("frame-src", StringComparison.OrdinalIgnoreCase) == true ? "" : "; frame-src " + sources;
    }

    // Chromium applies form-action to every redirect that follows the form's submission. After the login that is the application, and
    // where the application leads within the tenant.
    private static string FormTargets(Tenant? tenant, PageModel model)
    {
        var sources = new List<string> { "'self'" };
        Add(SafeTarget.PolicySource(model.ServiceUrl));
        Add(SafeTarget.PolicySource(model.RequestUri));
        foreach (var target in model.FormTargets)
        {
            Add(SafeTarget.PolicySource(target));
        }

        var hosts = tenant?.Hosts.Select(HostSource).OfType<string>().ToArray() ?? [];
        if (hosts.Sum(host => host.Length) <= MaxHostSources)
        {
            Array.ForEach(hosts, Add);
        }

        return string.Join(' ', sources);

        void Add(string? source)
        {
            if (source is not null && !sources.Contains(source, StringComparer.Ordinal))
            {
                sources.Add(source);
            }
        }
    }

    // CSP knows a wildcard only as the whole first label. A pattern with others is widened to its fixed tail; one that ends in a
    // wildcard has none and is left to the target's own place.
    private static string? HostSource(string pattern)
    {
        if (!pattern.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '*'))
        {
            return null;
        }

        var last = pattern.LastIndexOf('*');
        if (last < 0)
        {
            return pattern + ":*";
        }

        var tail = pattern.IndexOf('.', last);
        return tail < 0 ? null : "*" + pattern[tail..] + ":*";
    }
}
