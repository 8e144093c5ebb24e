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
    /// <param name="demand">Who asks, and what the tenant uses.</param>
    /// <param name="policy">How long stages last.</param>
    /// <param name="now">The instant.</param>
    public static KeyRingPlan Plan(ImmutableArray<RingKey> ring, KeyDemand demand, KeyRingPolicy policy, DateTimeOffset now)
    {
        var kept = ring.RemoveAll(key => StageOf(key, policy, now) == KeyStage.Removed);
        if (demand.InUse is { } inUse && kept.Any(key => Settle(key, kept, inUse, policy, now) != key))
        {
            kept = [.. kept.Select(key => Settle(key, kept, inUse, policy, now))];
        }

        return new KeyRingPlan(kept, [.. Wanted(kept, demand.Asked).Select(algorithm => NextKey(kept, algorithm, demand.Rotate, policy, now)).OfType<NewKey>()]);
    }

    /// <summary>Puts a generated key into the ring and fixes when its predecessor stops signing.</summary>
    /// <param name="ring">The kept keys.</param>
    /// <param name="added">The new key.</param>
    public static ImmutableArray<RingKey> Add(ImmutableArray<RingKey> ring, RingKey added) =>
        [.. ring.Select(key => key.RetiresAt is null && key.Algorithm == added.Algorithm ? key with { RetiresAt = added.ActivatesAt } : key), added];

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

    /// <summary>The algorithm somebody needs now, or, without one, every algorithm the ring goes on with.</summary>
    private static IEnumerable<SigningAlgorithm> Wanted(ImmutableArray<RingKey> kept, SigningAlgorithm? asked) => asked is { } algorithm and not SigningAlgorithm.HS256
        ? [algorithm]
        : kept.Where(static key => key.RetiresAt is null).Select(static key => key.Algorithm).Distinct();

    /// <summary>
    /// A key of an algorithm that neither the tenant nor a client uses any more signs for a while yet: some processes still ask for it, and would make a
    /// key of it again. One that is used again before it stopped goes on, so that nobody meets a key that was not announced.
    /// </summary>
    private static RingKey Settle(RingKey key, ImmutableArray<RingKey> kept, ImmutableArray<SigningAlgorithm> inUse, KeyRingPolicy policy, DateTimeOffset now) =>
        (key.RetiresAt, inUse.Contains(key.Algorithm)) switch
        {
            (null, false) => key with { RetiresAt = now + policy.AlgorithmOverlap },
            ({ }, true) when StageOf(key, policy, now) is KeyStage.Announced or KeyStage.Active && !kept.Any(other => other.Algorithm == key.Algorithm && other.ActivatesAt > key.ActivatesAt) => key with { RetiresAt = null },
            _ => key,
        };

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
