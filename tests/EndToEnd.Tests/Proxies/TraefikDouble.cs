using Microsoft.AspNetCore.Http;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>Traefik's ForwardAuth by proxies.md B.2.2, configured as <c>docs/forward-auth.md</c> says.</summary>
public sealed class TraefikDouble : ProxyDouble
{
    private static readonly object[] _middleware = ["http", "middlewares", "uitsmijter", "forwardAuth"];
    private static readonly string _path = new Uri(Documented.At(DocumentedProxy.Traefik, [.. _middleware, "address"]).ToString()).AbsolutePath;
    private static readonly string[] _responseHeaders = Documented.Texts(DocumentedProxy.Traefik, [.. _middleware, "authResponseHeaders"]);
    private static readonly string[] _cookies = Documented.Texts(DocumentedProxy.Traefik, [.. _middleware, "addAuthCookiesToResponse"]);

    private TraefikDouble(ProxySite site)
        : base(site)
    {
    }

    /// <summary>Starts the double.</summary>
    public static async Task<TraefikDouble> Start(ProxySite site)
    {
        var traefik = new TraefikDouble(site);
        await traefik.Listen();
        return traefik;
    }

    /// <inheritdoc />
    protected override async Task<bool> Authorize(HttpContext context, HttpRequestMessage request)
    {
        // 1–3: GET, all headers but hop-by-hop ones, and the five forwarded ones overwritten.
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(Site.Server, _path));
        Copy(context, question, static name => !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase));
        question.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
        question.Headers.TryAddWithoutValidation("X-Forwarded-Method", context.Request.Method);
        question.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        question.Headers.TryAddWithoutValidation("X-Forwarded-Port", context.Request.Host.Port?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        question.Headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        question.Headers.TryAddWithoutValidation("X-Forwarded-Uri", Target(context));
        using var answer = await Send(question);

        // 6: anything but 2xx is relayed; a relative Location is resolved against the backend's address.
        if (!answer.IsSuccessStatusCode)
        {
            if (answer.Headers.Location is { IsAbsoluteUri: false } relative)
            {
                answer.Headers.Location = new Uri(Site.Server, relative);
            }

            await Relay(answer, context);
            return false;
        }

        // 7: listed headers are deleted from the request, then set from the answer.
        foreach (var name in _responseHeaders)
        {
            request.Headers.Remove(name);
            if (answer.Headers.TryGetValues(name, out var values))
            {
                request.Headers.TryAddWithoutValidation(name, values);
            }
        }

        // addAuthCookiesToResponse: the renewed login cookie reaches the browser.
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            context.Response.Headers.Append("Set-Cookie", cookies.Where(static cookie => Array.Exists(_cookies, name => cookie.StartsWith(name, StringComparison.Ordinal))).ToArray());
        }

        return true;
    }
}
