namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>One thing done to the cluster.</summary>
/// <param name="Kind">What.</param>
/// <param name="Target">To whom, for people.</param>
/// <param name="Start">When it began, since the beginning of the history.</param>
/// <param name="End">When it was over: the process is back, the line is whole.</param>
internal sealed record Fault(FaultKind Kind, string Target, TimeSpan Start, TimeSpan End)
{
    /// <summary>Target of a fault that meets every process.</summary>
    public const string Everybody = "everybody";

    /// <summary>True for a fault that meets every process.</summary>
    public bool IsForEverybody => Target.StartsWith(Everybody, StringComparison.Ordinal);

    /// <summary>True while storage neither reads nor writes.</summary>
    public bool IsStorageDown => Kind is FaultKind.RedisKilled or FaultKind.RedisPaused or FaultKind.RedisRestored;

    /// <inheritdoc />
    public override string ToString() => $"       {Start.TotalSeconds,9:F3}-{End.TotalSeconds,9:F3} {Kind} {Target}";
}
