using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>The two secrets of the cluster, current version first, then the previous one where it is set. Never printed.</summary>
/// <param name="Jwt"><c>JWT_SECRET</c>, <c>JWT_SECRET_PREVIOUS</c>; UTF-8 bytes; at least one.</param>
/// <param name="KeyEncryption"><c>KEY_ENCRYPTION_SECRET</c>, <c>KEY_ENCRYPTION_SECRET_PREVIOUS</c>; UTF-8 bytes; at least one.</param>
public sealed record KeySecrets(ImmutableArray<ImmutableArray<byte>> Jwt, ImmutableArray<ImmutableArray<byte>> KeyEncryption)
{
    /// <inheritdoc />
    public override string ToString() => "KeySecrets { *** }";
}
