using System.Collections.Concurrent;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// Keeps the number of values of a metric label finite: callers choose host names, and every new value is a time series for ever.
/// Values beyond the limit become <see cref="Other"/>.
/// </summary>
/// <param name="limit">How many different values are kept.</param>
internal sealed class BoundedLabels(int limit)
{
    /// <summary>Stands for every value beyond the limit.</summary>
    public const string Other = "other";

    private const int LongestValue = 255;
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The value itself, or <see cref="Other"/>.</summary>
    /// <param name="value">What a caller or the configuration named.</param>
    public string Of(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        if (_known.TryGetValue(value, out var known))
        {
            return known;
        }

        if (value.Length > LongestValue || Volatile.Read(ref _count) >= limit || Interlocked.Increment(ref _count) > limit)
        {
            return Other;
        }

        return _known.GetOrAdd(value, value);
    }
}
