using System.Collections;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Traces and metrics over OTLP, only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Forward-auth is not traced: it is one request for
/// every request of every application, and its metrics say more.
/// </summary>
internal static class ProcessTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private const string Prefix = "OTEL_";
    private static readonly string[] _untraced = ["/interceptor", "/auth/", "/health", "/metrics", "/css/", "/js/", "/images/", "/fonts/", "/favicon.ico"];

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
                .AddAspNetCoreInstrumentation(static options => options.Filter = static context => IsTraced(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddProcessor<SpanRedaction>()
                .AddOtlpExporter())
            .WithMetrics(static metrics => metrics
                .AddMeter("Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", ProcessMetrics.OwnMeters + "*")
                .AddOtlpExporter());
    }

    /// <summary>Whether requests of a path make spans.</summary>
    /// <param name="path">The path.</param>
    internal static bool IsTraced(PathString path) =>
        !Array.Exists(_untraced, prefix => path.Value?.StartsWith(prefix, StringComparison.Ordinal) ?? false);
}
