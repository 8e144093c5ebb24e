using System.Net;
using Microsoft.AspNetCore.Http;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>Envoy's HTTP <c>ext_authz</c> by proxies.md A: the path is appended to the prefix, the method kept, 200 alone lets through.</summary>
public sealed class EnvoyDouble : ProxyDouble
{
    private static readonly HashSet<string> AllowedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Cookie", "Authorization", "Accept", "Sec-Fetch-Mode", "Sec-Fetch-Dest",
    };

    private static readonly string[] UpstreamHeaders = ["Authorization", "X-User-Ident", "X-User-Email"];

    private EnvoyDouble(Uri authentication, Uri application, IReadOnlyCollection<string> loginHosts)
        : base(authentication, application, loginHosts)
    {
    }

    /// <summary>Starts the double.</summary>
    public static async Task<EnvoyDouble> Start(string directory, int port, Uri authentication, Uri application, IReadOnlyCollection<string> loginHosts)
    {
        var envoy = new EnvoyDouble(authentication, application, loginHosts);
        await envoy.Listen(directory, port);
        return envoy;
    }

    /// <inheritdoc />
    protected override async Task<bool> Authorize(HttpContext context, HttpRequestMessage request)
    {
        using var question = new HttpRequestMessage(new HttpMethod(context.Request.Method), Raw(Authentication, "/auth/envoy" + Target(context)));
        Copy(context, question, AllowedHeaders.Contains);
        question.Headers.Host = context.Request.Host.Value;
        question.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        question.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
        using var answer = await Send(question);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            await Relay(answer, context);
            return false;
        }

        foreach (var name in UpstreamHeaders)
        {
            request.Headers.Remove(name);
            if (answer.Headers.TryGetValues(name, out var values))
            {
                request.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return true;
    }
}
