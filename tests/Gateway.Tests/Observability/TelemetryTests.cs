using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>What may leave a process with a span, which requests make one, and what the log says when nobody takes them.</summary>
public sealed class TelemetryTests
{
    private const string Receiver = "http://collector:4318/v1/traces";

    [Fact, Trait("Attack", "45")]
    public void only_listed_words_leave_with_a_span()
    {
        using var span = new Activity("GET").Start();
        span.SetTag("http.route", "/login").SetTag("http.request.method", "GET").SetTag("uitsmijter.outcome", "allowed");
        foreach (var name in (string[])["url.path", "url.query", "url.full", "user_agent.original", "client.address", "http.request.header.cookie", "exception.message", "exception.stacktrace", "orleans.rpc.target_id", "enduser.id", "of.tomorrow"])
        {
            span.SetTag(name, "secret");
        }

        new SpanRedaction().OnEnd(span);

        Assert.Equal(["http.request.method", "http.route", "uitsmijter.outcome"], span.TagObjects.Select(static tag => tag.Key).Order());
    }

    [Fact, Trait("Attack", "45")]
    public void the_message_of_an_exception_does_not_leave_as_the_description_of_a_status()
    {
        using var span = new Activity("POST").Start();
        span.SetStatus(ActivityStatusCode.Error, "the password was wrong: secret");

        new SpanRedaction().OnEnd(span);

        Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
    }

    [Fact, Trait("Attack", "45")]
    public void a_span_with_an_exception_among_its_events_is_not_sent()
    {
        using var span = new Activity("POST") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        span.AddException(new InvalidOperationException("secret"));

        new SpanRedaction().OnEnd(span);

        Assert.False(span.Recorded);
    }

    [Theory]
    [InlineData("/login", null, true)]
    [InlineData("/logout/finalize", null, true)]
    [InlineData("/health/ready", null, false)]
    [InlineData("/css/uitsmijter.css", null, false)]
    [InlineData("/auth/caddy", null, false)]
    [InlineData("/interceptor", null, false)]
    [InlineData("/auth/caddy", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("/auth/envoy/any", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", true)]
    [InlineData("/auth/caddy", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false)]
    [InlineData("/auth/caddy", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz", false)]
    [InlineData("/auth/caddy", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-z1", false)]
    [InlineData("/auth/caddy", "01", false)]
    public void forward_auth_is_traced_where_its_proxy_samples_it_and_probes_never(string path, string? parent, bool expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Path = path;
        request.Headers.TraceParent = parent;

        var traced = ProcessTelemetry.IsTraced(request);

        Assert.Equal(expected, traced);
    }

    [Fact]
    public void without_an_endpoint_no_provider_is_there_that_could_send_anything()
    {
        Assert.False(ProcessTelemetry.IsOn);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());

        ProcessTelemetry.Add(builder);

        Assert.DoesNotContain(builder.Services, static one => one.ServiceType == typeof(TracerProvider) || one.ServiceType == typeof(MeterProvider));
    }

    [Fact]
    public void a_receiver_that_is_away_is_said_once_and_its_return_too()
    {
        using var log = new Lines();
        using var watch = new ExporterWatch(log.For<ExporterWatch>());

        watch.Take("HttpRequestFailed", EventLevel.Error, Receiver);
        watch.Take("ExportFailure", EventLevel.Error, Receiver);
        watch.Take("HttpRequestFailed", EventLevel.Error, Receiver.Replace("traces", "metrics", StringComparison.Ordinal));
        watch.Take("ExportSuccess", EventLevel.Informational, Receiver.Replace("traces", "metrics", StringComparison.Ordinal));
        Assert.Single(log.Written);
        watch.Take("ExportSuccess", EventLevel.Informational, Receiver);
        watch.Take("ExportSuccess", EventLevel.Informational, Receiver);

        Assert.Equal(2, log.Written.Count);
        Assert.Contains("arrive at http://collector:4318 again", log.Written.Last(), StringComparison.Ordinal);
    }

    [Fact, Trait("Attack", "45")]
    public void the_name_and_password_in_a_receivers_address_are_not_logged()
    {
        using var log = new Lines();
        using var watch = new ExporterWatch(log.For<ExporterWatch>());

        watch.Take("HttpRequestFailed", EventLevel.Error, "https://somebody:secret@collector/v1/traces?key=secret");

        Assert.Contains("https://collector", Assert.Single(log.Written), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Assert.Single(log.Written), StringComparison.Ordinal);
    }

    [Fact]
    public void the_series_of_the_metrics_page_are_exported_under_the_same_names_and_labels_and_fresh()
    {
        using var metrics = new Metrics(Prometheus.Metrics.NewCustomRegistry());
        metrics.BeforeExport(() => metrics.Catalog(3, 7));
        metrics.LoginSuccess("ham/ham", "interceptor", "page.ham.test");
        metrics.LoginAttempt("ham/ham", "interceptor", "page.ham.test");
        var points = new ConcurrentBag<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ExportedSeries.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            points.Add(FormattableString.Invariant($"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"))}}} {value}")));
        listener.Start();

        listener.RecordObservableInstruments();

        Assert.Contains("uitsmijter_login_success{forward_host=page.ham.test,mode=interceptor,tenant=ham/ham} 1", points);
        Assert.Contains("uitsmijter_login_attempts{forward_host=page.ham.test,mode=interceptor,tenant=ham/ham} 1", points);
        Assert.Contains("uitsmijter_clients_count{} 7", points);
        Assert.DoesNotContain(points, static point => point.Contains("tenant=}", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger<T> For<T>() => LoggerFactory.Create(builder => builder.AddProvider(this)).CreateLogger<T>();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
