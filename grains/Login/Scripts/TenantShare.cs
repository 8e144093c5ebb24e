namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>One tenant's part of the pool. Everything but the memory counter is guarded by the pool's lock.</summary>
internal sealed class TenantShare(string tenant)
{
    private long _memory;

    /// <summary>The tenant's name.</summary>
    public string Tenant => tenant;

    /// <summary>Unfinished runs.</summary>
    public int Runs { get; set; }

    /// <summary>Runs that compute now, also those stuck in a step that lost their turn: they use a processor all the same.</summary>
    public int Computing { get; set; }

    /// <summary>Threads held by runs.</summary>
    public int Threads { get; set; }

    /// <summary>Runs that need a thread.</summary>
    public Queue<ScriptRun> Fresh { get; } = new();

    /// <summary>Threads in the middle of a run that let others go first.</summary>
    public Queue<PoolWorker> Interrupted { get; } = new();

    /// <summary>True when a fresh run goes before an interrupted one; they alternate.</summary>
    public bool FreshNext { get; set; } = true;

    /// <summary>True while the share stands in the pool's ring.</summary>
    public bool InRing { get; set; }

    /// <summary>Adds to what the tenant's unfinished runs have allocated, and returns the sum.</summary>
    public long AddMemory(long bytes) => Interlocked.Add(ref _memory, bytes);
}
