using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.EndToEnd.Tests.Applications;

/// <summary>
/// The application behind the proxy: a page that shows what reached it, so that a test sees the very bytes of the request
/// target and every header the proxy let through.
/// </summary>
public sealed class EchoApplication : IAsyncDisposable
{
    private readonly WebApplication _application;

    private EchoApplication(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>What arrived, newest last.</summary>
    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>Starts the application on a free loopback port.</summary>
    public static async Task<EchoApplication> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var echo = new EchoApplication(application);
        application.Run(echo.Answer);
        await application.StartAsync();
        return echo;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var received = new Received(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase));
        Requests.Enqueue(received);
        if (received.Target.StartsWith("/raw", StringComparison.Ordinal))
        {
            await context.Response.WriteAsJsonAsync(received);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Application</title></head>
            <body><h1 id="application">Application</h1><pre id="target">{System.Net.WebUtility.HtmlEncode(received.Target)}</pre>
            <pre id="received">{System.Net.WebUtility.HtmlEncode(JsonSerializer.Serialize(received))}</pre></body></html>
            """);
    }

    /// <summary>One request as the application saw it.</summary>
    public sealed record Received(string Method, string Target, Dictionary<string, string?[]> Headers)
    {
        /// <summary>The only value of a header, empty when it came empty, null when it did not come.</summary>
        public string? Header(string name) => Headers.TryGetValue(name, out var values) ? string.Join(",", values) : null;
    }
}
