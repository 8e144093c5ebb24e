using System.Diagnostics.Metrics;
using Prometheus;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// The series of the metrics page under the same names and labels for whoever reads meters, which is OTLP. They are read when somebody collects:
/// counting costs nothing more.
/// </summary>
internal sealed class ExportedSeries : IDisposable
{
    /// <summary>Name of the meter; unlike those of the rooms it does not come back to the metrics page.</summary>
    public const string MeterName = "uitsmijter";

    private readonly Meter _meter = new(MeterName);

    /// <summary>Brings the gauges up to date; called before one is read.</summary>
    public Action? Refresh { get; set; }

    /// <summary>Shows a counter.</summary>
    /// <param name="counter">The counter.</param>
    public void Add(Counter counter) =>
        _meter.CreateObservableCounter(
        counter.Name,
        () => counter.LabelNames.Length == 0 ? [new Measurement<double>(counter.Value)] : Read(counter.GetAllLabelValues(), counter.LabelNames, labels => counter.WithLabels(labels).Value),
        description: counter.Help);

    /// <summary>Shows how often a histogram was told something.</summary>
    /// <param name="histogram">The histogram.</param>
    public void Add(Histogram histogram) =>
        _meter.CreateObservableCounter(histogram.Name, () => Read(histogram.GetAllLabelValues(), histogram.LabelNames, labels => (double)histogram.WithLabels(labels).Count), description: histogram.Help);

    /// <summary>Shows a gauge.</summary>
    /// <param name="gauge">The gauge.</param>
    public void Add(Gauge gauge) => _meter.CreateObservableGauge(gauge.Name, () => ReadUpToDate(gauge), description: gauge.Help);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> ReadUpToDate(Gauge gauge)
    {
        Refresh?.Invoke();
        return gauge.LabelNames.Length == 0
            ? [new Measurement<double>(gauge.Value)]
            : Read(gauge.GetAllLabelValues(), gauge.LabelNames, labels => gauge.WithLabels(labels).Value);
    }

    /// <summary>Without the row of empty labels, which is there for the text form alone.</summary>
    private static IEnumerable<Measurement<double>> Read(IEnumerable<string[]> rows, string[] names, Func<string[], double> value) => rows
        .Where(static row => Array.Exists(row, static label => label.Length > 0))
        .Select(row => new Measurement<double>(value(row), names.Zip(row, static (name, label) => KeyValuePair.Create<string, object?>(name, label))));
}
