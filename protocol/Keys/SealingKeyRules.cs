using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>The life of the master keys of Data Protection: made long before use, one seals at a time, old ones still open.</summary>
public static class SealingKeyRules
{
    /// <summary>Drops keys nothing needs any more.</summary>
    /// <param name="ring">All keys.</param>
    /// <param name="policy">How long keys live.</param>
    /// <param name="now">The instant.</param>
    public static ImmutableArray<StoredSealingKey> Keep(ImmutableArray<StoredSealingKey> ring, SealingKeyPolicy policy, DateTimeOffset now) =>
        ring.RemoveAll(key => key.ExpiresAt + policy.OpensFor <= now);

    /// <summary>From when a key to be made now would seal; null when none is needed.</summary>
    /// <param name="ring">All keys.</param>
    /// <param name="policy">How long keys live.</param>
    /// <param name="now">The instant.</param>
    public static DateTimeOffset? NextActivation(ImmutableArray<StoredSealingKey> ring, SealingKeyPolicy policy, DateTimeOffset now)
    {
        var end = ring.IsEmpty ? now : ring.Max(static key => key.ExpiresAt);
        if (end <= now)
        {
            // Nothing seals: better a key that a few mirrors have to ask for than no login.
            return now;
        }

        var announced = now + policy.AnnounceFor;
        return end - now > policy.MakeAhead ? null : (end > announced ? end : announced);
    }

    /// <summary>Adds a key; where it starts after its predecessor's end, the predecessor seals until then.</summary>
    /// <param name="ring">The kept keys.</param>
    /// <param name="added">The new key.</param>
    public static ImmutableArray<StoredSealingKey> Add(ImmutableArray<StoredSealingKey> ring, StoredSealingKey added)
    {
        var last = ring.MaxBy(static key => key.ExpiresAt);
        var bridged = last is null || last.ExpiresAt <= added.CreatedAt || last.ExpiresAt >= added.ActivatesAt
            ? ring
            : ring.Replace(last, last with { ExpiresAt = added.ActivatesAt });
        return bridged.Add(added);
    }
}
