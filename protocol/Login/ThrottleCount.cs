namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>What is remembered about failed logins of one user name, network or device.</summary>
public sealed record ThrottleCount
{
    /// <summary>Nothing failed.</summary>
    public static ThrottleCount None { get; } = new();

    /// <summary>Failures not forgiven yet, attempts under way among them.</summary>
    public int Failures { get; init; }

    /// <summary>From when the next failure is forgiven by time; meaningless without failures.</summary>
    public DateTimeOffset ForgivenUntil { get; init; }

    /// <summary>No attempt before this instant; null for none.</summary>
    public DateTimeOffset? LockedUntil { get; init; }
}
