using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>Counts in storage, by conditional writes: another activation may count as well.</summary>
/// <param name="record">The grain's one state.</param>
/// <param name="clock">The clock.</param>
internal sealed class ActivityCounts(IPersistentState<ActivityRecord> record, TimeProvider clock)
{
    private const int Attempts = 4;
    private readonly CheckedState<ActivityRecord> _stored = new(record, clock);

    /// <summary>Counts a report once.</summary>
    /// <param name="report">The report.</param>
    /// <exception cref="InvalidOperationException">Others were faster every time; the report was not counted.</exception>
    public async Task Count(ActivityReport report)
    {
        for (var attempt = 1; ; attempt++)
        {
            var known = await _stored.Read();
            var next = ActivityRules.Counted(known, report, clock.GetUtcNow());
            if (ReferenceEquals(next, known) || await _stored.TryWrite(next))
            {
                return;
            }

            if (attempt == Attempts)
            {
                throw new InvalidOperationException("The counts kept changing; report again.");
            }
        }
    }

    /// <summary>What storage says now.</summary>
    public async Task<Activity> Read()
    {
        await record.ReadStateAsync(CancellationToken.None);
        var counts = record.State;
        return new Activity
        {
            OpenSessions = Math.Max(0, counts.Begun - counts.Ended),
            BegunSessions = counts.Begun,
            Denied = counts.Denied,
            LastUse = Instant(counts.LastUse),
            LastDenied = Instant(counts.LastDenied),
        };
    }

    private static DateTimeOffset? Instant(long? milliseconds) => milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}
