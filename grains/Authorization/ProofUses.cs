using Uitsmijter.Actors.GrainInterfaces.Authorization;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>Uses up what came signed with a request. Ask last: whoever proved nothing else must not fill the store.</summary>
internal static class ProofUses
{
    /// <summary>True for exactly one request with this proof, and for those without one.</summary>
    /// <param name="grains">Reaches the proof.</param>
    /// <param name="proof">The proof, or null.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    public static ValueTask<bool> IsFresh(this IGrainFactory grains, ProofUse? proof, CancellationToken cancellationToken) =>
        proof is null ? new ValueTask<bool>(true) : new ValueTask<bool>(grains.GetGrain<IProofGrain>(proof.Key).TryUse(proof.Until, cancellationToken));
}
