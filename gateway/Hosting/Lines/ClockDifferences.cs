using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Uitsmijter.Actors.GrainInterfaces;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>
/// How far the clocks of silos are from the clock of this gateway, said once when one is too far and once when it is back (bad input "clock skew between machines"). Our own tokens and cookies bear six
/// minutes; applications that read what we sign often bear none.
/// </summary>
internal sealed partial class ClockDifferences : IDisposable
{
    /// <summary>More is told: less than any application of ours may bear, and more than machines that synchronise their clocks ever have.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>A clock that is put right between question and answer looks wrong once.</summary>
    private const int Strikes = 2;

    /// <summary>A silo that has not answered for so long is gone.</summary>
    private static readonly TimeSpan _forgotten = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan _edge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Seen> _silos = new(StringComparer.Ordinal);
    private readonly Meter _meter = new(ProcessMetrics.OwnMeters + "Clocks");
    private readonly TimeProvider _clock;
    private readonly ILogger<ClockDifferences> _logger;

    /// <summary>Begins without a silo.</summary>
    /// <param name="clock">The clock of this gateway.</param>
    /// <param name="logger">Told when clocks differ.</param>
    public ClockDifferences(TimeProvider clock, ILogger<ClockDifferences> logger)
    {
        (_clock, _logger) = (clock, logger);
        _meter.CreateObservableGauge(
            "uitsmijter_silo_clock_difference_seconds", () => Largest.TotalSeconds, description: "The largest difference between the clock of this gateway and that of a silo.");
    }

    /// <summary>The largest difference to a silo that still answers; never negative.</summary>
    public TimeSpan Largest => _silos.Values.Where(seen => _clock.GetElapsedTime(seen.At) < _forgotten).Select(static seen => seen.Ahead.Duration()).DefaultIfEmpty().Max();

    /// <summary>A silo said what time it is there.</summary>
    /// <param name="there">What it said.</param>
    /// <param name="sent">When it was asked, by the clock here.</param>
    /// <param name="received">When the answer came.</param>
    public void Note(SiloClock there, DateTimeOffset sent, DateTimeOffset received)
    {
        // An instant between question and answer is no difference anybody could know of.
        var ahead = there.Now > received ? there.Now - received : there.Now < sent ? there.Now - sent : TimeSpan.Zero;
        foreach (var (silo, seen) in _silos)
        {
            if (_clock.GetElapsedTime(seen.At) > _forgotten)
            {
                _silos.TryRemove(silo, out _);
            }
        }

        // What was far is near only well within: a difference at the edge is told once.
        var before = _silos.GetValueOrDefault(there.Silo);
        var isFar = ahead.Duration() > (before.IsFar ? Tolerance - _edge : Tolerance);
        var strikes = isFar == before.IsFar ? 0 : before.Strikes + 1;
        var isTold = strikes >= Strikes;
        _silos[there.Silo] = new Seen(_clock.GetTimestamp(), ahead, isTold ? isFar : before.IsFar, isTold ? 0 : strikes);
        if (isTold && isFar)
        {
            LogFar(there.Silo, ahead.Duration().TotalSeconds, ahead > TimeSpan.Zero ? "ahead of" : "behind", _clock.GetUtcNow());
        }
        else if (isTold)
        {
            LogNear(there.Silo);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The clock of the silo at {Silo} is {Seconds:F0} s {Way} the one here, which says {Now:u}: look at the time synchronisation of both machines. Applications may refuse tokens as not good yet or as expired.")]
    private partial void LogFar(string silo, double seconds, string way, DateTimeOffset now);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The clock of the silo at {Silo} agrees with the one here again.")]
    private partial void LogNear(string silo);

    /// <param name="At">When it was heard, as a timestamp.</param>
    /// <param name="Ahead">How far it was ahead.</param>
    /// <param name="IsFar">What was told last.</param>
    /// <param name="Strikes">How many answers in a row said otherwise.</param>
    private readonly record struct Seen(long At, TimeSpan Ahead, bool IsFar, int Strikes);
}
