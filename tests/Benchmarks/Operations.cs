using System.Diagnostics;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// Measures what an operation of any number of requests (a login, a code exchange) costs the processes that serve it: processor time read from
/// the operating system, for our server and for any peer alike.
/// </summary>
/// <param name="processes">Ids of all processes that work for the operation, databases included.</param>
/// <param name="parallel">Operations under way at once; a server that is asked once in a while spends its time falling asleep and waking up.</param>
internal sealed class Operations(IReadOnlyList<int> processes, int parallel = 8)
{
    /// <summary>Until the runtime has compiled what is used often in its best form; with less, the compiler is what is measured.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(2);
    private const int IdleRounds = 7;
    private double _idlePerSecond;
    private long _number;

    /// <summary>One measured round.</summary>
    /// <param name="Count">Operations that succeeded.</param>
    /// <param name="Failed">Operations that did not: a figure with failures is worth nothing.</param>
    /// <param name="PerSecond">Operations per second.</param>
    /// <param name="Microseconds">Processor time of all processes an operation, without what they use while nobody asks.</param>
    internal sealed record Cost(long Count, long Failed, double PerSecond, double Microseconds);

    /// <summary>Processor time in microseconds the processes use per second while nobody asks; known after <see cref="MeasureIdle"/>.</summary>
    public double IdlePerSecond => _idlePerSecond;

    /// <summary>Learns what the processes use while nobody asks (timers, membership, mirrors); later rounds leave it out.</summary>
    /// <remarks>The median of several looks: in a single one the compiler may still be at work, which then made every operation look cheaper.</remarks>
    public async Task MeasureIdle()
    {
        var rounds = new List<double>();
        for (var round = 0; round < IdleRounds; round++)
        {
            var (before, start) = (Used(), Stopwatch.GetTimestamp());
            await Task.Delay(_idle);
            rounds.Add((Used() - before).TotalMicroseconds / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        _idlePerSecond = Median(rounds);
    }

    /// <summary>Repeats an operation for some time.</summary>
    /// <param name="operation">One operation by a number that never comes again; false, or any exception, counts as failed.</param>
    /// <param name="time">How long.</param>
    public async Task<Cost> Run(Func<long, Task<bool>> operation, TimeSpan time)
    {
        var (count, failed) = (0L, 0L);
        var (before, start) = (Used(), Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                if (await Succeeds(operation, Interlocked.Increment(ref _number)))
                {
                    Interlocked.Increment(ref count);
                }
                else
                {
                    Interlocked.Increment(ref failed);
                }
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = (Used() - before).TotalMicroseconds - (_idlePerSecond * elapsed);
        return new Cost(count, failed, count / elapsed, used / Math.Max(1, count + failed));
    }

    /// <summary>The middle of several figures.</summary>
    /// <param name="values">The figures.</param>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static async Task<bool> Succeeds(Func<long, Task<bool>> operation, long number)
    {
        try
        {
            return await operation(number);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidOperationException or TaskCanceledException)
        {
            return false;
        }
    }

    private TimeSpan Used() => processes.Aggregate(TimeSpan.Zero, static (sum, id) =>
    {
        using var process = Process.GetProcessById(id);
        return sum + process.TotalProcessorTime;
    });
}
