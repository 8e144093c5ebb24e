namespace Uitsmijter.Actors.Protocol.Devices;

/// <summary>How fast a device may ask, and when it asked last.</summary>
public sealed record PollPace
{
    /// <summary>Least time between two polls.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The last poll; null before the first.</summary>
    public DateTimeOffset? LastAt { get; init; }
}
