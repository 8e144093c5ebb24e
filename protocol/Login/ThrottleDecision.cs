namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>Whether an attempt may go on.</summary>
public abstract record ThrottleDecision
{
    private ThrottleDecision()
    {
    }

    /// <summary>The attempt goes on, once the new count is stored.</summary>
    /// <param name="Count">The count with this attempt in it.</param>
    public sealed record Admitted(ThrottleCount Count) : ThrottleDecision;

    /// <summary>The attempt must wait; nothing changes, so that knocking does not prolong the wait.</summary>
    /// <param name="RetryAfter">How long, at least one second.</param>
    public sealed record Refused(TimeSpan RetryAfter) : ThrottleDecision;
}
