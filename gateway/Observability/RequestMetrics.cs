using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// <c>http_requests_total</c>, <c>http_request_errors_total</c> and <c>http_request_duration_seconds</c> by method, route pattern and
/// status. Written by hand: it runs on the forward-auth path, where the library's summary would take a lock per request.
/// </summary>
internal sealed class RequestMetrics : IMetricsText
{
    private const int ServerError = 500;
    private const int MostSeries = 2_000;
    private static readonly double[] _quantiles = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];
    private readonly ConcurrentDictionary<Key, RequestSeries> _series = new();

    /// <summary>Records one request.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Route pattern; a raw path would make a series of every typing error.</param>
    /// <param name="status">Status code.</param>
    /// <param name="ticks">Duration in ticks of the stopwatch.</param>
    public void Record(string method, string path, int status, long ticks)
    {
        var key = new Key(method, path, status);
        if (!_series.TryGetValue(key, out var series))
        {
            if (_series.Count >= MostSeries)
            {
                return;
            }

            series = _series.GetOrAdd(key, static _ => new RequestSeries());
        }

        series.Record(ticks);
    }

    /// <inheritdoc />
    public string Text()
    {
        var all = _series.OrderBy(static one => one.Key.Path, StringComparer.Ordinal).ThenBy(static one => one.Key.Status).ToArray();
        var text = new StringBuilder();
        Counter(text, "http_requests_total", "Requests.", all);
        Counter(text, "http_request_errors_total", "Requests answered with 500 and above.", [.. all.Where(static one => one.Key.Status >= ServerError)]);
        Summary(text, all);
        return text.ToString();
    }

    private static void Counter(StringBuilder text, string name, string help, KeyValuePair<Key, RequestSeries>[] all)
    {
        Head(text, name, help, "counter");
        foreach (var (key, series) in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{key}}} {series.Count}\n");
        }
    }

    private static void Summary(StringBuilder text, KeyValuePair<Key, RequestSeries>[] all)
    {
        const string Name = "http_request_duration_seconds";
        Head(text, Name, "Time until the answer was complete; quantiles over the last 500 requests.", "summary");
        foreach (var (key, series) in all)
        {
            var sorted = series.Sorted();
            foreach (var quantile in sorted.Length == 0 ? [] : _quantiles)
            {
                var value = sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];
                text.Append(CultureInfo.InvariantCulture, $"{Name}{{{key},quantile=\"{quantile}\"}} {value}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{{{key}}} {series.Seconds}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Name}_count{{{key}}} {series.Count}\n");
        }
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private readonly record struct Key(string Method, string Path, int Status)
    {
        public override string ToString() => $"method=\"{Method}\",path=\"{Path}\",status=\"{Status}\"";
    }
}
