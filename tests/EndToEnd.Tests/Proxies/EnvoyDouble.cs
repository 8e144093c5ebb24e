using System.Net;
using Microsoft.AspNetCore.Http;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>
/// Envoy's HTTP <c>ext_authz</c> by proxies.md A and the filter of <c>docs/forward-auth.md</c>: the path is appended to the prefix, the method kept,
/// 200 alone lets through, and only named headers pass in either direction.
/// </summary>
public sealed class EnvoyDouble : ProxyDouble
{
    private static readonly object[] _filter = ["http_filters", 0, "typed_config"];
    private static readonly object[] _service = [.. _filter, "http_service"];
    private static readonly string _prefix = Documented.At(DocumentedProxy.Envoy, [.. _service, "path_prefix"]).ToString();
    private static readonly Func<string, bool> _asked = Documented.Patterns(DocumentedProxy.Envoy, [.. _filter, "allowed_headers"]);
    private static readonly Func<string, bool> _upstream = Documented.Patterns(DocumentedProxy.Envoy, [.. _service, "authorization_response", "allowed_upstream_headers"]);
    private static readonly Func<string, bool> _refused = Documented.Patterns(DocumentedProxy.Envoy, [.. _service, "authorization_response", "allowed_client_headers"]);
    private static readonly Func<string, bool> _passed = Documented.Patterns(DocumentedProxy.Envoy, [.. _service, "authorization_response", "allowed_client_headers_on_success"]);

    private EnvoyDouble(ProxySite site)
        : base(site)
    {
    }

    /// <summary>Starts the double.</summary>
    public static async Task<EnvoyDouble> Start(ProxySite site)
    {
        var envoy = new EnvoyDouble(site);
        await envoy.Listen();
        return envoy;
    }

    /// <inheritdoc />
    protected override async Task<bool> Authorize(HttpContext context, HttpRequestMessage request)
    {
        using var question = new HttpRequestMessage(new HttpMethod(context.Request.Method), Raw(Site.Server, _prefix + Target(context)));
        Copy(context, question, static name => _asked(name) || name.Equals("Authorization", StringComparison.OrdinalIgnoreCase));
        question.Headers.Host = context.Request.Host.Value;
        question.Headers.TryAddWithoutValidation(
            Documented.At(DocumentedProxy.Envoy, [.. _service, "authorization_request", "headers_to_add", 0, "key"]).ToString(), "https");
        using var answer = await Send(question);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            await Relay(answer, context, static name => _refused(name) || name is "Content-Length" or "WWW-Authenticate" or "Location");
            return false;
        }

        foreach (var (name, values) in answer.Headers.Where(static header => _upstream(header.Key)))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, values);
        }

        foreach (var (name, values) in answer.Headers.Where(static header => _passed(header.Key)))
        {
            context.Response.Headers.Append(name, values.ToArray());
        }

        return true;
    }
}
