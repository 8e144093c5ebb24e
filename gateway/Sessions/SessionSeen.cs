using System.Collections.Concurrent;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>
/// Notes which sessions were used and reports them in batches, off the request path, so that idle limits hold. A lost report costs at
/// most one interval of precision.
/// </summary>
internal sealed partial class SessionSeen(IGrainFactory grains, TimeProvider clock, ILogger<SessionSeen> logger) : BackgroundService
{
    /// <summary>How often noted sessions are reported.</summary>
    public static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(30);

    /// <summary>Sessions noted in one interval at most; more are reported with their next use.</summary>
    public const int Capacity = 100_000;

    private const int ParallelReports = 32;

    private ConcurrentDictionary<string, Seen> _noted = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Notes a use; costs a look-up, never waits, never fails.</summary>
    /// <param name="tenant">The session's tenant.</param>
    /// <param name="sid">The session.</param>
    public void Note(string tenant, string sid)
    {
        var noted = Volatile.Read(ref _noted);
        if (noted.TryGetValue(sid, out var seen))
        {
            seen.At = clock.GetUtcNow();
        }
        else if (Volatile.Read(ref _count) < Capacity && noted.TryAdd(sid, new Seen(tenant) { At = clock.GetUtcNow() }))
        {
            Interlocked.Increment(ref _count);
        }
    }

    /// <summary>Reports what was noted since the last time.</summary>
    /// <param name="cancellationToken">Stops reporting.</param>
    internal async Task Report(CancellationToken cancellationToken)
    {
        var noted = Interlocked.Exchange(ref _noted, new ConcurrentDictionary<string, Seen>(StringComparer.Ordinal));
        Interlocked.Exchange(ref _count, 0);
        var failures = 0;
        await Parallel.ForEachAsync(
            noted,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReports, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                try
                {
                    await grains.GetGrain<ISessionGrain>(entry.Key).Seen(entry.Value.Tenant, entry.Value.At).WaitAsync(ReportEvery, clock, token);
                }
                catch (Exception failure) when (failure is not OperationCanceledException and not OutOfMemoryException)
                {
                    if (Interlocked.Increment(ref failures) == 1)
                    {
                        LogLost(logger, noted.Count, failure);
                    }
                }
            });
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReportEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Report(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Orleans' client ends with this process; what was noted since the last report is lost, which idle limits allow for.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Some of {Count} uses of sessions could not be reported; they count again with their next use")]
    private static partial void LogLost(ILogger logger, int count, Exception failure);

    private sealed class Seen(string tenant)
    {
        // Ticks, because a DateTimeOffset is wider than what one write moves at once.
        private long _ticks;

        public string Tenant { get; } = tenant;

        public DateTimeOffset At
        {
            get => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
            set => Interlocked.Exchange(ref _ticks, value.UtcTicks);
        }
    }
}
