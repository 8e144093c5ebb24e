namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// What a process has counted and not reported yet, per tenant and client. A report that was taken stays the same, under its number, until it is acknowledged; what happens
/// meanwhile waits for the next one. So a report that is sent twice can be counted once, and none is lost while the process lives. Safe for any number of threads.
/// </summary>
/// <param name="source">Random id of the process.</param>
public sealed class ActivityTally(string source)
{
    /// <summary>Tenants and clients that are counted between two reports; beyond it they are not, which only a flood of configuration could bring about.</summary>
    public const int Capacity = 250_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ActivityReport> _counting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActivityReport> _taken = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>A session began.</summary>
    /// <param name="key">Key of the tenant or client.</param>
    /// <param name="now">The instant.</param>
    public void Begun(string key, DateTimeOffset now) => Count(key, report => report with { Begun = report.Begun + 1, LastUse = now });

    /// <summary>A session ended.</summary>
    /// <param name="key">Key of the tenant or client.</param>
    public void Ended(string key) => Count(key, static report => report with { Ended = report.Ended + 1 });

    /// <summary>An attempt was refused.</summary>
    /// <param name="key">Key of the tenant or client.</param>
    /// <param name="now">The instant.</param>
    public void Denied(string key, DateTimeOffset now) => Count(key, report => report with { Denied = report.Denied + 1, LastDenied = now });

    /// <summary>What has to be reported: first of all what was taken before and not acknowledged.</summary>
    public IReadOnlyList<KeyValuePair<string, ActivityReport>> Take()
    {
        lock (_lock)
        {
            foreach (var (key, report) in _counting.Where(each => !_taken.ContainsKey(each.Key)).ToList())
            {
                _counting.Remove(key);
                _taken[key] = report with { Number = ++_number };
            }

            return [.. _taken];
        }
    }

    /// <summary>A report arrived.</summary>
    /// <param name="key">Key of the tenant or client.</param>
    /// <param name="report">The report.</param>
    public void Acknowledge(string key, ActivityReport report)
    {
        lock (_lock)
        {
            if (_taken.TryGetValue(key, out var taken) && taken.Number == report.Number)
            {
                _taken.Remove(key);
            }
        }
    }

    private void Count(string key, Func<ActivityReport, ActivityReport> change)
    {
        lock (_lock)
        {
            if (_counting.TryGetValue(key, out var report) || _counting.Count < Capacity)
            {
                _counting[key] = change(report ?? new ActivityReport { Source = source, Number = 0 });
            }
        }
    }
}
