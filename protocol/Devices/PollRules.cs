namespace Uitsmijter.Actors.Protocol.Devices;

/// <summary>Keeps devices from asking too often (RFC 8628 §3.5): every poll that comes too soon makes all later waits five seconds longer.</summary>
public static class PollRules
{
    /// <summary>RFC 8628 §3.5.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    /// <summary>A network delivers two polls a little closer together than they were sent.</summary>
    private static readonly TimeSpan _jitter = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether a poll comes too soon.</summary>
    /// <param name="pace">The pace so far.</param>
    /// <param name="now">The instant.</param>
    public static bool IsTooSoon(PollPace pace, DateTimeOffset now) => pace.LastAt is { } last && now - last < pace.Interval - _jitter;

    /// <summary>The pace after a poll.</summary>
    /// <param name="pace">The pace so far.</param>
    /// <param name="now">The instant.</param>
    public static PollPace After(PollPace pace, DateTimeOffset now) =>
        new() { Interval = IsTooSoon(pace, now) ? pace.Interval + Step : pace.Interval, LastAt = now };
}
