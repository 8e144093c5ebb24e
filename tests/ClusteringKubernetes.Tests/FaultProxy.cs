using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>Stands before the real API server and does what a bad day does: a test says which requests meet it, all others pass.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _server;
    private int _requests;

    private FaultProxy(WebApplication app, HttpClient server, Uri address) => (_app, _server, Address) = (app, server, address);

    /// <summary>Its address.</summary>
    public Uri Address { get; }

    /// <summary>How many requests came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers a request in place of the server, or returns false: then it passes.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = static _ => Task.FromResult(false);

    /// <summary>What happens when the server has answered and its answer has not been passed on.</summary>
    public Action<HttpContext> After { get; set; } = static _ => { };

    /// <summary>Starts it.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="at">The port; 0 for any that is free.</param>
    public static async Task<FaultProxy> Start(KubernetesServer server, int at = 0)
    {
        var port = at == 0 ? Ports.Free(1)[0] : at;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.UseHttps(server.Certificates.Server)));
        var app = builder.Build();
        var client = new HttpClient(server.Certificates.Handler(withClient: false)) { BaseAddress = server.Address };
        var proxy = new FaultProxy(app, client, new Uri($"https://127.0.0.1:{port}"));
        app.Run(proxy.Pass);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>Answers some of the next requests with a status, as the API server spells it.</summary>
    /// <param name="status">The status.</param>
    /// <param name="times">How many of them.</param>
    /// <param name="retryAfter">Pause it asks for, in seconds; 0 for none.</param>
    /// <param name="isMeant">Which requests; null for all.</param>
    public void Answer(int status, int times, int retryAfter = 0, Func<HttpRequest, bool>? isMeant = null)
    {
        var left = times;
        Before = async context =>
        {
            if (isMeant?.Invoke(context.Request) == false || Interlocked.Decrement(ref left) < 0)
            {
                return false;
            }

            context.Response.StatusCode = status;
            if (retryAfter > 0)
            {
                context.Response.Headers.RetryAfter = $"{retryAfter}";
            }

            await context.Response.WriteAsJsonAsync(new { kind = "Status", apiVersion = "v1", status = "Failure", message = "a fault of the test", code = status });
            return true;
        };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _server.Dispose();
    }

    private async Task Pass(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (await Before(context))
        {
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString.ToString());
        request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        using var answer = await _server.SendAsync(request, context.RequestAborted);
        var bytes = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        After(context);
        context.RequestAborted.ThrowIfCancellationRequested();
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(bytes);
    }
}
