using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>The stored master keys of Data Protection.</summary>
internal sealed record SealingKeysState
{
    /// <summary>Every key that seals or still opens, oldest first.</summary>
    public ImmutableArray<StoredSealingKey> Keys { get; init; } = [];
}
