namespace Uitsmijter.Actors.Protocol.Sessions;

/// <summary>How often and how long a client is told that a session ended (Back-Channel Logout §2.5 leaves it to us). Pure.</summary>
public static class LogoutDeliveryRules
{
    /// <summary>Attempts for one client: with the delays below, the last one comes five hours and three minutes after the first.</summary>
    public const int Attempts = 11;

    /// <summary>No attempt is made later than this after the session ended, whatever kept the earlier ones from being made.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(24);

    /// <summary>An end that was announced and does not happen within this time was called off: its process died before it.</summary>
    public static readonly TimeSpan Pending = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _longestDelay = TimeSpan.FromHours(1);

    /// <summary>When to try again: a minute, doubled with each failure, at most an hour.</summary>
    /// <param name="failures">Attempts that failed, at least one.</param>
    /// <param name="now">The instant of the last one.</param>
    public static DateTimeOffset Next(int failures, DateTimeOffset now)
    {
        var delay = TimeSpan.FromMinutes(1L << Math.Clamp(failures - 1, 0, 10));
        return now + (delay < _longestDelay ? delay : _longestDelay);
    }

    /// <summary>Whether a client is not told any more.</summary>
    /// <param name="failures">Attempts that failed.</param>
    /// <param name="announced">When the end was announced.</param>
    /// <param name="now">The instant.</param>
    public static bool IsOver(int failures, DateTimeOffset announced, DateTimeOffset now) => failures >= Attempts || now >= announced + Age;

    /// <summary>
    /// Whether clients hear of an end. All but the idle one: what nobody used is closed quietly, and the client has a session of its own with
    /// limits of its own.
    /// </summary>
    /// <param name="isIdle">Whether the session ended because nobody used it.</param>
    public static bool IsTold(bool isIdle) => !isIdle;
}
