namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>How much of a silo all scripts together, and one tenant's scripts, may occupy.</summary>
internal sealed record PoolLimits
{
    /// <summary>Runs that compute at the same moment.</summary>
    public required int Turns { get; init; }

    /// <summary>Runs of one tenant that compute at the same moment; one less than all, so that another tenant finds a free place.</summary>
    public required int TurnsPerTenant { get; init; }

    /// <summary>Threads for runs that compute or wait for their next turn. A run that waits for <c>fetch</c> holds none.</summary>
    public required int Threads { get; init; }

    /// <summary>Threads one tenant may hold.</summary>
    public required int ThreadsPerTenant { get; init; }

    /// <summary>Unfinished runs of all tenants.</summary>
    public required int Runs { get; init; }

    /// <summary>Unfinished runs of one tenant; more are refused at once.</summary>
    public required int RunsPerTenant { get; init; }

    /// <summary>Bytes allocated by all unfinished runs of one tenant.</summary>
    public required long MemoryPerTenant { get; init; }

    /// <summary>How long a run computes before others who wait go first.</summary>
    public required TimeSpan Slice { get; init; }

    /// <summary>A run that did not come back for this long is stuck in one step; its turn goes to somebody else meanwhile.</summary>
    public required TimeSpan Overdue { get; init; }

    /// <summary>The limits of a silo on this machine.</summary>
    /// <param name="processors">Processors the process may use.</param>
    public static PoolLimits For(int processors)
    {
        var turns = Math.Max(2, processors);
        return new()
        {
            Turns = turns,
            TurnsPerTenant = turns - 1,
            Threads = Math.Max(32, 4 * turns),
            ThreadsPerTenant = Math.Max(8, turns),
            Runs = 1_024,
            RunsPerTenant = 64,
            MemoryPerTenant = 256L * 1024 * 1024,
            Slice = TimeSpan.FromMilliseconds(2),
            Overdue = TimeSpan.FromMilliseconds(20),
        };
    }
}
