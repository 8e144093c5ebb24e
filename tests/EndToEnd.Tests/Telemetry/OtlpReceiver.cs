using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.EndToEnd.Tests.Telemetry;

/// <summary>A collector of OpenTelemetry's protocol, over gRPC and over HTTP: keeps every byte it is sent and reads spans and metrics out of them.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefix = 5;
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<byte[]> _traces = new();
    private readonly ConcurrentQueue<byte[]> _metrics = new();

    private OtlpReceiver(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set to.</summary>
    public Uri Address { get; }

    /// <summary>Everything that arrived, as it was before it was packed for the wire.</summary>
    public IEnumerable<byte[]> Raw => _traces.Concat(_metrics);

    /// <summary>The spans that arrived so far.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. _traces.SelectMany(OtlpSpan.ReadAll)];

    /// <summary>The points of metrics that arrived so far.</summary>
    public IReadOnlyList<OtlpPoint> Points => [.. _metrics.SelectMany(OtlpPoint.ReadAll)];

    /// <summary>Starts on a loopback port.</summary>
    /// <param name="protocol"><c>grpc</c> or <c>http/protobuf</c>.</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    public static async Task<OtlpReceiver> Start(string protocol, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, port, listener => listener.Protocols = protocol == "grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var application = builder.Build();
        OtlpReceiver? receiver = null;
        application.Run(context => receiver!.Answer(context));
        await application.StartAsync();
        return receiver = new OtlpReceiver(application, new Uri(application.Urls.First()));
    }

    /// <summary>Waits until what arrived is as a test wants it.</summary>
    public async Task Has(Func<OtlpReceiver, bool> wanted, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!wanted(this))
        {
            if (patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{what} never arrived. Arrived:\n{string.Join('\n', Spans.Select(static span => span.ToString()).Concat(Points.Select(static point => point.ToString())))}");
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var isGrpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) ?? false;
        using var body = new MemoryStream();
        var source = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        await source.CopyToAsync(body);
        var message = body.ToArray()[(isGrpc ? GrpcPrefix : 0)..];
        var path = context.Request.Path.Value!;
        (path.Contains("metrics", StringComparison.OrdinalIgnoreCase) ? _metrics : _traces).Enqueue(message);
        context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
        if (isGrpc)
        {
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }
}
