namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>How reports are counted. Pure: the instant is a parameter.</summary>
public static class ActivityRules
{
    /// <summary>A process that was silent for longer has stopped: it cannot send an old report again.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    /// <summary>The record with a report counted; the same object when it was counted before.</summary>
    /// <param name="record">The record.</param>
    /// <param name="report">The report.</param>
    /// <param name="now">The instant.</param>
    public static ActivityRecord Counted(ActivityRecord record, ActivityReport report, DateTimeOffset now)
    {
        if (record.Sources.FirstOrDefault(source => source.Id == report.Source) is { } known && report.Number <= known.Number)
        {
            return record;
        }

        var (instant, silent) = (now.ToUnixTimeMilliseconds(), (now - Silence).ToUnixTimeMilliseconds());
        return record with
        {
            Begun = record.Begun + report.Begun,
            Ended = record.Ended + report.Ended,
            Denied = record.Denied + report.Denied,
            LastUse = Later(record.LastUse, report.LastUse),
            LastDenied = Later(record.LastDenied, report.LastDenied),
            Sources =
            [
                .. record.Sources.Where(source => source.Id != report.Source && source.At > silent),
                new ActivitySource(report.Source, report.Number, instant),
            ],
        };
    }

    private static long? Later(long? known, DateTimeOffset? reported) =>
        reported?.ToUnixTimeMilliseconds() is { } instant && (known is null || instant > known) ? instant : known;
}
