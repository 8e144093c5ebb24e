using Uitsmijter.Actors.GrainInterfaces.Revocation;

namespace Uitsmijter.Actors.Grains.Revocation;

/// <summary>A revoked id.</summary>
/// <param name="Kind">What kind of id.</param>
/// <param name="Id">The id.</param>
internal readonly record struct RevocationKey(RevocationKind Kind, string Id);
