namespace Uitsmijter.Actors.Protocol.Sessions;

/// <summary>The instants that decide whether a session is alive.</summary>
public readonly record struct SessionTimes
{
    /// <summary>When the person logged in; survives renewal.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>No cookie of the session is valid after this; renewal moves it.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>However active it is, the session ends here.</summary>
    public required DateTimeOffset AbsoluteEnd { get; init; }

    /// <summary>When the session was used last, as far as it was reported.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>A session unseen for longer ends; null for no such limit.</summary>
    public TimeSpan? IdleLimit { get; init; }

    /// <summary>When it was ended; null while it was not.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
