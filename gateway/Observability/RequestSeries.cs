using System.Diagnostics;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// Durations of one kind of request: count, sum, and the last 500 for the quantiles of the contract (http.md §14). Recording is two
/// interlocked additions and one store; a scrape sorts a copy.
/// </summary>
internal sealed class RequestSeries
{
    private const int Window = 500;
    private readonly float[] _last = new float[Window];
    private long _count;
    private long _ticks;

    /// <summary>Requests so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Sum of their durations in seconds.</summary>
    public double Seconds => Volatile.Read(ref _ticks) / (double)Stopwatch.Frequency;

    /// <summary>Records one request.</summary>
    /// <param name="ticks">Its duration in ticks of the stopwatch.</param>
    public void Record(long ticks)
    {
        var number = Interlocked.Increment(ref _count);
        Interlocked.Add(ref _ticks, ticks);
        _last[(number - 1) % Window] = ticks / (float)Stopwatch.Frequency;
    }

    /// <summary>The last durations in seconds, smallest first.</summary>
    public float[] Sorted()
    {
        var copy = _last.AsSpan(0, (int)Math.Min(Count, Window)).ToArray();
        Array.Sort(copy);
        return copy;
    }
}
