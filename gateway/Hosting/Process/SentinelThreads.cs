using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Threads for a fail-over. The client library for Redis holds a thread of the pool for every connection while it asks Sentinels for the new primary and connects to it. On a machine with two cores the pool has two, and
/// adds one or two a second: silos stood still for five to seven seconds, so that mirrors became stale and logins waited for twenty (measured, docs/reliability.md).
/// </summary>
internal static class SentinelThreads
{
    /// <summary>More than the connections of a process can hold at once. The pool makes them when work waits, whatever kind of work it is, and keeps them for a while.</summary>
    private const int Enough = 32;

    /// <summary>Lets the pool have them at once where <c>REDIS_URI</c> names Sentinels; elsewhere nothing changes.</summary>
    /// <param name="settings">The settings.</param>
    public static void Reserve(ServerSettings settings)
    {
        if (RedisOptions.Of(settings, TimeProvider.System).ServiceName is null)
        {
            return;
        }

        ThreadPool.GetMinThreads(out var workers, out var completions);
        if (workers < Enough)
        {
            ThreadPool.SetMinThreads(Enough, completions);
        }
    }
}
