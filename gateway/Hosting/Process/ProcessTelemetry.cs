using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Uitsmijter.Actors.Protocol.ForwardAuth;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Traces and metrics over OTLP, only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Forward-auth, one request for every request of every
/// application, begins no trace of its own; it continues one that its proxy samples.
/// </summary>
internal static class ProcessTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private const string Prefix = "OTEL_";
    private const string ContractMeter = "uitsmijter";
    private static readonly string[] _forwardAuth = [Dialect.Interceptor.Path, Dialect.Folder + "/"];
    private static readonly string[] _untraced = ["/health", "/metrics", "/css/", "/js/", "/images/", "/fonts/", "/favicon.ico"];

    /// <summary>Whether anything is sent.</summary>
    public static bool IsOn { get; } = !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Endpoint));

    /// <summary>Adds the exporters.</summary>
    /// <param name="builder">The process.</param>
    public static void Add(WebApplicationBuilder builder)
    {
        if (!IsOn)
        {
            return;
        }

        // The exporter reads its own variables from the configuration of the host.
        builder.Configuration.AddInMemoryCollection(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(static entry => KeyValuePair.Create((string)entry.Key, entry.Value as string))
            .Where(static entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal)));
        builder.Services.AddHostedService<ExporterWatch>();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(static resource =>
            {
                if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ServiceName)))
                {
                    resource.AddService("uitsmijter", serviceInstanceId: Environment.MachineName + "-" + Environment.ProcessId);
                }
            })
            .WithTracing(static tracing => tracing
                .AddSource("Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application", ProcessMetrics.OwnMeters + "*")
                .AddAspNetCoreInstrumentation(static options => options.Filter = static context => IsTraced(context.Request))
                .AddHttpClientInstrumentation()
                .AddProcessor<SpanRedaction>()
                .AddOtlpExporter())
            .WithMetrics(static metrics => metrics
                .AddMeter("Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", ContractMeter, ProcessMetrics.OwnMeters + "*")
                .AddOtlpExporter());
    }

    /// <summary>Whether a request makes a span.</summary>
    /// <param name="request">The request.</param>
    internal static bool IsTraced(HttpRequest request) =>
        IsUnder(request.Path, _forwardAuth) ? IsSampled(request.Headers.TraceParent) : !IsUnder(request.Path, _untraced);

    private static bool IsUnder(PathString path, string[] prefixes) =>
        Array.Exists(prefixes, prefix => path.Value?.StartsWith(prefix, StringComparison.Ordinal) ?? false);

    /// <summary>The last bit of the flags, which are the last two hexadecimal digits (W3C Trace Context §3.2.2.5).</summary>
    private static bool IsSampled(StringValues parent) =>
        parent is [{ Length: >= 55 } value]
        && byte.TryParse(value.AsSpan(53, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
        && (flags & 1) == 1;
}
