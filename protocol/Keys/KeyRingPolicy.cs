using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>How long a signing key stays in each stage.</summary>
public sealed record KeyRingPolicy
{
    /// <summary>A key signs this long. Default 90 days.</summary>
    public TimeSpan RotateAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// A successor is published this long before it signs. Default 2 hours: longer than the one hour for which anybody may keep
    /// <c>jwks.json</c>, and much longer than a gateway's mirror needs.
    /// </summary>
    public TimeSpan AnnounceFor { get; init; } = TimeSpan.FromHours(2);

    /// <summary>A key verifies this long after it signed last: longer than the longest life of anything it signed.</summary>
    public required TimeSpan VerifyFor { get; init; }

    /// <summary>Mirrors and signers ask again after this time, sooner when a key changes its stage. Default 5 minutes.</summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// When a tenant changes its algorithm, the old one goes on signing this long for whoever has not seen the change. Default 1 hour.
    /// </summary>
    public TimeSpan AlgorithmOverlap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The policy for tokens of a certain life: twice that, and a day more than the longest access token any client may be given.</summary>
    /// <param name="longestLife">The longest life the server gives anything a tenant's keys sign, or the cookie it hangs on.</param>
    public static KeyRingPolicy For(TimeSpan longestLife)
    {
        // The ring does not know the clients: one of them may be configured for the longest tokens any day.
        var (twice, most) = (2 * longestLife, ClientTokenLives.MostAccess + TimeSpan.FromDays(1));
        return new() { VerifyFor = twice > most ? twice : most };
    }
}
