namespace Uitsmijter.Actors.Protocol.Revocation;

/// <summary>How long a revocation is remembered.</summary>
public static class RevocationRules
{
    /// <summary>
    /// Entries stay this much longer than they were asked to, in the feed and in every mirror of it: a clock that is ahead for a minute must not make anybody forget for good what is alive by the
    /// right time. Clocks go wrong by hours (time zones, a board without a battery), rarely by more.
    /// </summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromDays(1);

    /// <summary>For a session nobody has a record of: no session lives longer than this by default.</summary>
    public static readonly TimeSpan UnknownLife = TimeSpan.FromDays(30);

    /// <summary>True when no token of the revoked id can be alive.</summary>
    /// <param name="until">The end of its longest token.</param>
    /// <param name="now">The instant.</param>
    public static bool IsOver(DateTimeOffset until, DateTimeOffset now) => now >= until + Reserve;
}
