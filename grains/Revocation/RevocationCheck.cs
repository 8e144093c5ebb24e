using Uitsmijter.Actors.GrainInterfaces.Revocation;

namespace Uitsmijter.Actors.Grains.Revocation;

/// <summary>Answers for certain whether an id is revoked: from the silo's mirror while it is level with the feed, else from the feed itself.</summary>
/// <param name="revoked">The mirror.</param>
/// <param name="grains">Reaches the feed.</param>
public sealed class RevocationCheck(RevokedIds revoked, IGrainFactory grains)
{
    /// <summary>Whether the id is revoked.</summary>
    /// <param name="kind">What kind of id.</param>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<bool> IsRevoked(RevocationKind kind, string id, CancellationToken cancellationToken)
    {
        // In this order: a mirror that becomes level between the two questions must not answer only one of them.
        var isCurrent = revoked.IsCurrent;
        if (revoked.Contains(kind, id))
        {
            return true;
        }

        return !isCurrent && await grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(id)).Contains(kind, id, cancellationToken);
    }
}
