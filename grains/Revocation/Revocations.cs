using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Revocation;

namespace Uitsmijter.Actors.Grains.Revocation;

/// <summary>
/// Revokes for certain, and answers whether an id is revoked: from the silo's mirror, which hears of a revocation within a second, while it was level with the feed seconds ago, else from the feed itself.
/// What is granted in between bears the id that was revoked, and is good nowhere once its gateway has heard.
/// </summary>
/// <param name="revoked">The mirror.</param>
/// <param name="grains">Reaches the feed.</param>
public sealed class Revocations(RevokedIds revoked, IGrainFactory grains)
{
    private const int Attempts = 4;

    /// <summary>Puts an id into the feed; durable before it returns. Repeating it is harmless.</summary>
    /// <param name="entry">What is revoked.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    public async Task Revoke(RevocationEntry entry, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(entry.Id)).Append(entry, cancellationToken);
                return;
            }
            catch (InconsistentStateException) when (attempt < Attempts)
            {
                // An activation of the feed that lost against another one is gone with its exception; the next one reads what storage holds.
            }
        }
    }

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
