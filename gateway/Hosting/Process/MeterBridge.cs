using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Prometheus;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Shows the meters of our rooms, which know no Prometheus, on the metrics page: <c>uitsmijter.script.failures</c> becomes
/// <c>uitsmijter_script_failures</c>, without the meter's name the library's own adapter puts in front.
/// </summary>
internal sealed class MeterBridge : IDisposable
{
    private const int MostSeries = 10_000;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Series> _series = new();
    private readonly MetricFactory _factory;

    /// <summary>Listens to every meter whose name begins with a prefix, now and later.</summary>
    /// <param name="registry">Where the series go.</param>
    /// <param name="prefix">Beginning of the meters' names.</param>
    public MeterBridge(CollectorRegistry registry, string prefix)
    {
        _factory = Metrics.WithCustomRegistry(registry);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.Start();
        registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_series.TryGetValue(instrument, out var series))
        {
            string[] names = [.. tags.ToArray().Select(static tag => tag.Key)];
            series = _series.GetOrAdd(instrument, one => new Series(_factory, one, names));
        }

        series.Measure(value, tags);
    }

    private sealed class Series
    {
        private readonly string[] _names;
        private readonly Collector _collector;
        private readonly bool _isTotal;
        private readonly ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal);

        public Series(MetricFactory factory, Instrument instrument, string[] names)
        {
            var name = instrument.Name.Replace('.', '_').Replace('-', '_');
            var help = instrument.Description ?? instrument.Name;
            var kind = instrument.GetType().Name;
            _names = names;
            _isTotal = kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
            _collector = kind.StartsWith("Histogram", StringComparison.Ordinal) ? factory.CreateHistogram(name, help, names)
                : _isTotal || kind.StartsWith("Counter", StringComparison.Ordinal) ? factory.CreateCounter(name, help, names)
                : factory.CreateGauge(name, help, names);
        }

        public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = new string[_names.Length];
            for (var i = 0; i < labels.Length; i++)
            {
                labels[i] = Value(tags, _names[i]);
            }

            var key = string.Join('\n', labels);
            if (!_known.ContainsKey(key) && (_known.Count >= MostSeries || (!_known.TryAdd(key, 0) && !_known.ContainsKey(key))))
            {
                return;
            }

            switch (_collector)
            {
                case Histogram histogram:
                    histogram.WithLabels(labels).Observe(value);
                    break;
                case Counter counter when _isTotal:
                    counter.WithLabels(labels).IncTo(value);
                    break;
                case Counter counter:
                    counter.WithLabels(labels).Inc(value);
                    break;
                case Gauge gauge:
                    gauge.WithLabels(labels).Set(value);
                    break;
            }
        }

        private static string Value(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
        {
            foreach (var (key, value) in tags)
            {
                if (key == name)
                {
                    return value?.ToString() ?? "";
                }
            }

            return "";
        }
    }
}
