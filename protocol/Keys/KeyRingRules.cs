using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>
/// The life of signing keys: announced, active, verify-only, removed. Every stage follows from instants fixed when the successor
/// is announced, so all readers of one ring see the same change at the same instant, without a write at that instant.
/// </summary>
public static class KeyRingRules
{
    /// <summary>Where a key is in its life.</summary>
    /// <param name="key">The key.</param>
    /// <param name="policy">How long stages last.</param>
    /// <param name="now">The instant.</param>
    public static KeyStage StageOf(RingKey key, KeyRingPolicy policy, DateTimeOffset now) => key switch
    {
        _ when now < key.ActivatesAt => KeyStage.Announced,
        { RetiresAt: null } => KeyStage.Active,
        _ when now < key.RetiresAt => KeyStage.Active,
        _ when now < key.RetiresAt + policy.VerifyFor => KeyStage.VerifyOnly,
        _ => KeyStage.Removed,
    };

    /// <summary>The key that signs with an algorithm now; null when there is none.</summary>
    /// <param name="ring">All keys.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="policy">How long stages last.</param>
    /// <param name="now">The instant.</param>
    public static RingKey? ActiveOf(ImmutableArray<RingKey> ring, SigningAlgorithm algorithm, KeyRingPolicy policy, DateTimeOffset now) =>
        ring.Where(key => key.Algorithm == algorithm && StageOf(key, policy, now) == KeyStage.Active)
            .MaxBy(static key => key.ActivatesAt);

    /// <summary>What has to happen so that an algorithm has a key that signs, its successor is announced in time and old keys go.</summary>
    /// <param name="ring">All keys.</param>
    /// <param name="algorithm">The tenant's algorithm; null to keep what the ring uses by itself (its reminder does not know the tenant).</param>
    /// <param name="rotate">True announces a successor although the key is young.</param>
    /// <param name="policy">How long stages last.</param>
    /// <param name="now">The instant.</param>
    public static KeyRingPlan Plan(ImmutableArray<RingKey> ring, SigningAlgorithm? algorithm, bool rotate, KeyRingPolicy policy, DateTimeOffset now)
    {
        var kept = ring.RemoveAll(key => StageOf(key, policy, now) == KeyStage.Removed);
        return (algorithm ?? kept.LastOrDefault(static key => key.RetiresAt is null)?.Algorithm) switch
        {
            null => new KeyRingPlan(kept, Make: null),
            // ID tokens cannot be signed with a secret their readers must not have: once a client asked for one, the ring has a key of
            // the algorithm every OpenID client knows (OpenID Connect Core §15.1), and keeps it fresh.
            SigningAlgorithm.HS256 when kept.Any(static key => key is { Algorithm: SigningAlgorithm.RS256, RetiresAt: null }) =>
                new KeyRingPlan(kept, NextKey(kept, SigningAlgorithm.RS256, rotate, policy, now)),
            SigningAlgorithm.HS256 => new KeyRingPlan(RetireAll(kept, policy, now), Make: null),
            { } wanted => new KeyRingPlan(kept, NextKey(kept, wanted, rotate, policy, now)),
        };
    }

    /// <summary>Puts a generated key into the ring and fixes when its predecessor stops signing.</summary>
    /// <param name="ring">The kept keys.</param>
    /// <param name="added">The new key.</param>
    /// <param name="policy">How long stages last.</param>
    /// <param name="now">The instant.</param>
    public static ImmutableArray<RingKey> Add(ImmutableArray<RingKey> ring, RingKey added, KeyRingPolicy policy, DateTimeOffset now) =>
    [
        .. ring.Select(key => key switch
        {
            { RetiresAt: null } when key.Algorithm == added.Algorithm => key with { RetiresAt = added.ActivatesAt },
            _ => Retire(key, policy, now),
        }),
        added,
    ];

    /// <summary>When whoever holds a copy of the ring must ask again.</summary>
    /// <param name="ring">All keys.</param>
    /// <param name="policy">How long stages last.</param>
    /// <param name="now">The instant.</param>
    public static DateTimeOffset RefreshAt(ImmutableArray<RingKey> ring, KeyRingPolicy policy, DateTimeOffset now) =>
        ring.SelectMany(key => (DateTimeOffset?[])[key.ActivatesAt, key.RetiresAt, key.RetiresAt + policy.VerifyFor])
            .OfType<DateTimeOffset>()
            .Where(change => change > now)
            .Append(now + policy.RefreshEvery)
            .Min();

    private static ImmutableArray<RingKey> RetireAll(ImmutableArray<RingKey> kept, KeyRingPolicy policy, DateTimeOffset now) =>
        kept.Any(static key => key.RetiresAt is null) ? [.. kept.Select(key => Retire(key, policy, now))] : kept;

    /// <summary>
    /// The tenant has another algorithm now. Not at once: some gateways still ask for the old one, and would make a key of it again.
    /// </summary>
    private static RingKey Retire(RingKey key, KeyRingPolicy policy, DateTimeOffset now) =>
        key.RetiresAt is null ? key with { RetiresAt = now + policy.AlgorithmOverlap } : key;

    private static NewKey? NextKey(ImmutableArray<RingKey> kept, SigningAlgorithm algorithm, bool rotate, KeyRingPolicy policy, DateTimeOffset now)
    {
        if (ActiveOf(kept, algorithm, policy, now) is not { } active)
        {
            // Nothing can sign: the first key of an algorithm has nobody to wait for.
            return new NewKey(algorithm, now);
        }

        if (kept.Any(key => key.Algorithm == algorithm && StageOf(key, policy, now) == KeyStage.Announced))
        {
            return null;
        }

        var soonest = now + policy.AnnounceFor;
        var due = active.ActivatesAt + policy.RotateAfter;
        if (rotate)
        {
            return new NewKey(algorithm, soonest);
        }

        // A retiring key without successor belongs to an algorithm the tenant gave up.
        return active.RetiresAt is null && soonest >= due ? new NewKey(algorithm, soonest) : null;
    }
}
