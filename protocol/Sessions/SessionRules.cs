namespace Uitsmijter.Actors.Protocol.Sessions;

/// <summary>How long sessions live (OWASP ASVS 7.3.1 idle, 7.3.2 absolute). Pure: the instant is a parameter.</summary>
public static class SessionRules
{
    /// <summary>
    /// Gateways report use in batches of 30 seconds, and a report takes its time: nobody is logged out because a report is on its
    /// way, so the idle limit is applied this much later.
    /// </summary>
    public static readonly TimeSpan ReportDelay = TimeSpan.FromSeconds(60);

    /// <summary>Verifiers accept a token this long after its end, because clocks differ; a revocation outlives that too.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private const int ReportsPerIdleLimit = 10;
    private static readonly TimeSpan _worthStoring = TimeSpan.FromHours(1);

    /// <summary>The times of a session that begins now.</summary>
    /// <param name="now">The instant of the login.</param>
    /// <param name="cookieLife">Life of its first cookie.</param>
    /// <param name="idleLimit">Idle limit, or null.</param>
    /// <param name="absoluteLimit">Absolute limit.</param>
    public static SessionTimes Opened(DateTimeOffset now, TimeSpan cookieLife, TimeSpan? idleLimit, TimeSpan absoluteLimit)
    {
        var end = now + Positive(absoluteLimit);
        return new SessionTimes
        {
            AuthTime = now,
            ExpiresAt = Earlier(now + Positive(cookieLife), end),
            AbsoluteEnd = end,
            LastSeen = now,
            IdleLimit = idleLimit,
        };
    }

    /// <summary>True while the session opens doors.</summary>
    /// <param name="times">The session's times.</param>
    /// <param name="now">The instant.</param>
    public static bool IsAlive(SessionTimes times, DateTimeOffset now) =>
        times.EndedAt is null && now < times.ExpiresAt && now < times.AbsoluteEnd && !IsIdle(times, now);

    /// <summary>True when the session was unseen for too long, and had not ended before for another reason.</summary>
    /// <param name="times">The session's times.</param>
    /// <param name="now">The instant.</param>
    public static bool IsIdle(SessionTimes times, DateTimeOffset now) => IdleEnd(times) is { } end && now >= end;

    /// <summary>A living session, renewed and seen now: a new cookie of this life fits into it.</summary>
    /// <param name="times">The session's times; it must be alive.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cookieLife">Life of the new cookie.</param>
    /// <returns>Times whose end is never earlier than before: no cookie outlives the session, also not the replaced one.</returns>
    public static SessionTimes Renewed(SessionTimes times, DateTimeOffset now, TimeSpan cookieLife) => times with
    {
        ExpiresAt = Later(times.ExpiresAt, Earlier(now + Positive(cookieLife), times.AbsoluteEnd)),
        LastSeen = Later(times.LastSeen, now),
    };

    /// <summary>The session once a client was given tokens: it lives to its absolute end, whatever its cookie does.</summary>
    /// <param name="times">The session's times.</param>
    public static SessionTimes Lasting(SessionTimes times) => times with { ExpiresAt = times.AbsoluteEnd };

    /// <summary>The session after a report of use.</summary>
    /// <param name="times">The session's times.</param>
    /// <param name="lastSeen">When it was used, by the clock of a gateway.</param>
    /// <param name="now">The instant; a gateway whose clock is ahead must not lengthen the session.</param>
    public static SessionTimes Seen(SessionTimes times, DateTimeOffset lastSeen, DateTimeOffset now) =>
        times with { LastSeen = Later(times.LastSeen, Earlier(lastSeen, now)) };

    /// <summary>
    /// True when a report of use is news that losing would matter: a tenth of the idle limit; without one an hour, because then only people ask when
    /// a session was used.
    /// </summary>
    /// <param name="stored">What storage knows.</param>
    /// <param name="reported">What was reported since.</param>
    public static bool IsWorthStoring(SessionTimes stored, SessionTimes reported) =>
        reported.LastSeen - stored.LastSeen >= (stored.IdleLimit / ReportsPerIdleLimit ?? _worthStoring);

    /// <summary>True when it matters at the last opportunity: where there is an idle limit any report does.</summary>
    /// <inheritdoc cref="IsWorthStoring" path="/param"/>
    public static bool IsWorthKeeping(SessionTimes stored, SessionTimes reported) =>
        stored.IdleLimit is null ? IsWorthStoring(stored, reported) : reported.LastSeen != stored.LastSeen;

    /// <summary>Until when a revocation of the session has to be remembered: no token of it lives longer.</summary>
    /// <param name="times">The session's times.</param>
    public static DateTimeOffset RevokedUntil(SessionTimes times) => times.ExpiresAt + ClockTolerance;

    /// <summary>When somebody has to look at the session again: its idle end or its expiry, whichever comes first.</summary>
    /// <param name="times">The session's times.</param>
    public static DateTimeOffset NextCheck(SessionTimes times) =>
        times.EndedAt is null && IdleEnd(times) is { } idle ? Earlier(idle, RevokedUntil(times)) : RevokedUntil(times);

    /// <summary>True when nothing can refer to the session any more, so that its record may go.</summary>
    /// <param name="times">The session's times.</param>
    /// <param name="now">The instant.</param>
    public static bool IsForgettable(SessionTimes times, DateTimeOffset now) => now >= RevokedUntil(times);

    private static DateTimeOffset? IdleEnd(SessionTimes times) => times.LastSeen + times.IdleLimit + ReportDelay;

    private static TimeSpan Positive(TimeSpan life) => life > TimeSpan.Zero ? life : TimeSpan.Zero;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
