using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>What has to happen to a ring now.</summary>
/// <param name="Kept">The keys that stay.</param>
/// <param name="Make">The keys to generate; empty for none.</param>
public sealed record KeyRingPlan(ImmutableArray<RingKey> Kept, ImmutableArray<NewKey> Make);
