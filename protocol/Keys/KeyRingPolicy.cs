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

    /// <summary>A key verifies this long after it signed last: at least twice the longest life of anything it signed.</summary>
    public required TimeSpan VerifyFor { get; init; }

    /// <summary>Mirrors and signers ask again after this time, sooner when a key changes its stage. Default 5 minutes.</summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// When a tenant changes its algorithm, the old one goes on signing this long for whoever has not seen the change. Default 1 hour.
    /// </summary>
    public TimeSpan AlgorithmOverlap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The policy for tokens of a certain life.</summary>
    /// <param name="longestLife">The longest life of anything signed by a tenant's keys, or of the cookie it hangs on.</param>
    public static KeyRingPolicy For(TimeSpan longestLife) => new() { VerifyFor = 2 * longestLife };
}
