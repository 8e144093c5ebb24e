namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>The times the invariants are stated with; docs/reliability.md publishes them.</summary>
internal sealed record Bounds
{
    /// <summary>How soon every gateway refuses what was revoked, in a cluster nothing is wrong with. Default 2 s.</summary>
    public TimeSpan Revocation { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary><c>STALE_LIMIT</c>: how long a gateway decides by what it knew, whatever is wrong.</summary>
    public required TimeSpan Stale { get; init; }

    /// <summary>How soon every gateway works by a new configuration, in a cluster nothing is wrong with. Default 6 s: files nobody was notified of are looked at every 5 s.</summary>
    public TimeSpan Configuration { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a fault is felt after its end: a dead silo is voted out, connections are made anew. Default 15 s.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary><c>refresh_grace_seconds</c> of the clients.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>What a busy machine adds between the moment a process decides and the moment the history notes it. Default 1 s.</summary>
    public TimeSpan Slack { get; init; } = TimeSpan.FromSeconds(1);
}
