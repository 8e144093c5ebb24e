using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>
/// Stands in for a proxy that is not installed: a reverse proxy over HTTPS which asks a forward-auth backend by the written
/// rules of that proxy. The rules themselves are in the two doubles below this base of plumbing.
/// </summary>
public abstract class ProxyDouble : IAsyncDisposable
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // "never following redirects" (proxies.md B.2.2)
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
    });

    private WebApplication? _server;

    /// <summary>A double in front of an application.</summary>
    protected ProxyDouble(ProxySite site) => Site = site;

    /// <summary>Where it listens and what is behind it.</summary>
    protected ProxySite Site { get; }

    /// <summary>Starts to listen.</summary>
    protected async Task Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(Site.Certificates!, "cert.pem"), Path.Combine(Site.Certificates!, "key.pem"));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(Site.Address), Site.Port, listen => listen.UseHttps(certificate)));
        _server = builder.Build();
        _server.Run(Handle);
        await _server.StartAsync();
    }

    /// <summary>Asks the backend; true when the application may be called with the headers left in <paramref name="request"/>.</summary>
    protected abstract Task<bool> Authorize(HttpContext context, HttpRequestMessage request);

    /// <summary>Sends a message and gives the answer, headers first.</summary>
    protected Task<HttpResponseMessage> Send(HttpRequestMessage message) => _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);

    /// <summary>The request target exactly as the browser sent it.</summary>
    protected static string Target(HttpContext context) => context.Features.Get<IHttpRequestFeature>()!.RawTarget;

    /// <summary>Copies end-to-end headers of a request.</summary>
    protected static void Copy(HttpContext context, HttpRequestMessage message, Func<string, bool> wanted)
    {
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!HopByHop.Contains(name) && !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && wanted(name))
            {
                message.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }
    }

    /// <summary>Relays an answer to the browser.</summary>
    protected static async Task Relay(HttpResponseMessage answer, HttpContext context, Func<string, bool>? wanted = null)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopByHop.Contains(name) && wanted?.Invoke(name) != false)
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await answer.Content.CopyToAsync(context.Response.Body);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _client.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task Handle(HttpContext context)
    {
        var isLogin = Site.LoginHosts.Contains(context.Request.Host.Host);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), Raw(isLogin ? Site.Server : Site.Application, Target(context)));
        Copy(context, request, static name => !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase));
        request.Headers.Host = context.Request.Host.Value;
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
        }

        if (!isLogin && !await Authorize(context, request))
        {
            return;
        }

        using var answer = await Send(request);
        await Relay(answer, context);
    }

    /// <summary>An address with a target that must not be normalised on its way.</summary>
    protected static Uri Raw(Uri server, string target) =>
        new(server.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
