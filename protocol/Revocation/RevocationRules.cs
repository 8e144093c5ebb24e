namespace Uitsmijter.Actors.Protocol.Revocation;

/// <summary>How long a revocation is remembered.</summary>
public static class RevocationRules
{
    /// <summary>A clock that jumps forward must not make the cluster forget; entries stay this much longer than they were asked to.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromMinutes(10);

    /// <summary>For a session nobody has a record of: no session lives longer than this by default.</summary>
    public static readonly TimeSpan UnknownLife = TimeSpan.FromDays(30);

    /// <summary>True when no token of the revoked id can be alive.</summary>
    /// <param name="until">The end of its longest token.</param>
    /// <param name="now">The instant.</param>
    public static bool IsOver(DateTimeOffset until, DateTimeOffset now) => now >= until + Reserve;
}
