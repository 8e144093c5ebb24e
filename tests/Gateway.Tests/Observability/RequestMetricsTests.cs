using System.Diagnostics;
using Uitsmijter.Actors.Gateway.Observability;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>The hand-written series of HTTP requests.</summary>
public sealed class RequestMetricsTests
{
    private readonly RequestMetrics _metrics = new();

    [Fact]
    public void a_request_counts_by_method_pattern_and_status()
    {
        _metrics.Record("GET", "/login", 200, Stopwatch.Frequency / 4);
        _metrics.Record("GET", "/login", 503, Stopwatch.Frequency / 4);

        var text = _metrics.Text();

        Assert.Contains("http_requests_total{method=\"GET\",path=\"/login\",status=\"200\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_request_errors_total{method=\"GET\",path=\"/login\",status=\"503\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http_request_errors_total{method=\"GET\",path=\"/login\",status=\"200\"}", text, StringComparison.Ordinal);
        Assert.Contains("http_request_duration_seconds_sum{method=\"GET\",path=\"/login\",status=\"200\"} 0.25\n", text, StringComparison.Ordinal);
        Assert.Contains("http_request_duration_seconds_count{method=\"GET\",path=\"/login\",status=\"200\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void the_quantiles_are_those_of_the_last_five_hundred()
    {
        for (var i = 0; i < 500; i++)
        {
            _metrics.Record("GET", "/login", 200, 9 * Stopwatch.Frequency);
        }

        for (var i = 1; i <= 500; i++)
        {
            _metrics.Record("GET", "/login", 200, i * Stopwatch.Frequency / 1000);
        }

        var text = _metrics.Text();

        Assert.Contains("http_request_duration_seconds{method=\"GET\",path=\"/login\",status=\"200\",quantile=\"0.5\"} 0.251\n", text, StringComparison.Ordinal);
        Assert.Contains("quantile=\"0.999\"} 0.5\n", text, StringComparison.Ordinal);
        Assert.All(["0.01", "0.05", "0.5", "0.9", "0.95", "0.99", "0.999"], quantile => Assert.Contains($"quantile=\"{quantile}\"", text, StringComparison.Ordinal));
    }

    [Fact]
    public void parallel_requests_are_all_counted()
    {
        Parallel.For(0, 10_000, _ => _metrics.Record("GET", "/interceptor", 200, 1));

        Assert.Contains("http_requests_total{method=\"GET\",path=\"/interceptor\",status=\"200\"} 10000\n", _metrics.Text(), StringComparison.Ordinal);
    }
}
