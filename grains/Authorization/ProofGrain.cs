using Uitsmijter.Actors.GrainInterfaces.Authorization;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <inheritdoc cref="IProofGrain"/>
[GrainType("proof")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class ProofGrain(
    [PersistentState("proof", StorageNames.Brief)] IPersistentState<SeenState> record, TimeProvider clock) : Grain, IProofGrain
{
    private readonly CheckedState<SeenState> _stored = new(record, clock);

    /// <inheritdoc />
    public async Task<bool> TryUse(DateTimeOffset until, CancellationToken cancellationToken) =>
        (await _stored.Read()).Until is null && await _stored.TryWrite(new SeenState { Until = until });
}
