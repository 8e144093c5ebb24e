using Prometheus;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// The registry of this process and its text form: always the classic Prometheus format, whatever <c>Accept</c> says, because the
/// OpenMetrics form renames every counter of the contract (configuration.md §5.7).
/// </summary>
internal sealed class ProcessMetrics : IDisposable
{
    /// <summary>Path of the metrics.</summary>
    public const string Path = "/metrics";

    /// <summary>Beginning of the names of our own meters; others stay out.</summary>
    public const string OwnMeters = "Uitsmijter.";

    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly IEnumerable<IMetricsText> _texts;
    private readonly MeterBridge _meters;

    /// <summary>Adds what every process reports: memory, threads, and the meters of our rooms.</summary>
    /// <param name="registry">The process's registry.</param>
    /// <param name="texts">What is written beside the registry.</param>
    public ProcessMetrics(CollectorRegistry registry, IEnumerable<IMetricsText> texts)
    {
        Registry = registry;
        _texts = texts;
        DotNetStats.Register(registry);
        _meters = new MeterBridge(registry, OwnMeters);
    }

    /// <summary>The registry.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Writes everything.</summary>
    /// <param name="context">The scrape.</param>
    public async Task Write(HttpContext context)
    {
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await Registry.CollectAndExportAsTextAsync(context.Response.Body, ExpositionFormat.PrometheusText, context.RequestAborted);
        foreach (var text in _texts)
        {
            await context.Response.WriteAsync(text.Text(), context.RequestAborted);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _meters.Dispose();
}
