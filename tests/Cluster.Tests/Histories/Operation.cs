namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>One thing that was asked of one process: what for, when, and what came of it. Secrets stand here as labels of the run only.</summary>
internal sealed record Operation
{
    /// <summary>Unique in its history, in the order of beginning.</summary>
    public required long Number { get; init; }

    /// <summary>What was asked.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>The process that was asked: the number of a gateway.</summary>
    public required int Gateway { get; init; }

    /// <summary>Whether that process was asked past the proxy, which asks only those that are ready: no answer then is nobody's loss, a wrong one is.</summary>
    public bool IsDirect { get; init; }

    /// <summary>When it was sent, since the beginning of the history.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When the answer was complete, or given up.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>What became of it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Status of the answer; 0 without one.</summary>
    public int Status { get; init; }

    /// <summary>What the answer said about itself, where the status does not say it all.</summary>
    public string? Reason { get; init; }

    /// <summary>Whose it is: the oracle.</summary>
    public Owner Owner { get; init; } = new();

    /// <summary>Whom the answer named; empty where it named nobody.</summary>
    public Owner Said { get; init; } = new();

    /// <summary>Label of what was used: session, code, refresh token, device code, pushed request, access token.</summary>
    public string? Used { get; init; }

    /// <summary>Label of what a refresh or a redemption gave to go on with.</summary>
    public string? Gave { get; init; }

    /// <summary>Label of the grant: what a code, a device code or a login became, with everything that descends from it.</summary>
    public string? Grant { get; init; }

    /// <summary>Label of the key an access token was signed with.</summary>
    public string? Key { get; init; }

    /// <summary>Version of the configuration that was written or read; 0 elsewhere. A negative one is not valid and must never be seen.</summary>
    public int Version { get; init; }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Number,6} {Start.TotalSeconds,9:F3}-{End.TotalSeconds,9:F3} gateway {Gateway} {Kind} {Used}{(Gave is null ? "" : " → " + Gave)} {Owner}"
        + $": {Outcome} {Status}{(Reason is null ? "" : $" ({Reason})")}{(Said.IsEmpty ? "" : " said " + Said)}{(Version == 0 ? "" : $" version {Version}")}";
}
