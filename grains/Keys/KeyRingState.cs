using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>The stored ring of one tenant.</summary>
internal sealed record KeyRingState
{
    /// <summary>Every key that is announced, signs or verifies; in order of announcement.</summary>
    public ImmutableArray<RingKey> Keys { get; init; } = [];
}
