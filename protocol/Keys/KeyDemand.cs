using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>What a ring is asked for, and what it has to go on with.</summary>
/// <param name="Asked">
/// The algorithm somebody needs now; null, or HS256, which needs no key, only keeps fresh what the ring has: its reminder asks so, and forward-auth of a tenant
/// with the shared secret.
/// </param>
/// <param name="InUse">Every algorithm the tenant and its clients use; null while that is not known, and then nothing is given up.</param>
/// <param name="Rotate">True announces a successor although the key is young.</param>
public sealed record KeyDemand(SigningAlgorithm? Asked, ImmutableArray<SigningAlgorithm>? InUse, bool Rotate = false);
