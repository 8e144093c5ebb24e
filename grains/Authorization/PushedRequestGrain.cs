using Uitsmijter.Actors.GrainInterfaces.Authorization;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <inheritdoc cref="IPushedRequestGrain"/>
[GrainType("pushed-request")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class PushedRequestGrain(
    [PersistentState("pushed-request", StorageNames.Brief)] IPersistentState<PushedState> record, TimeProvider clock) : Grain, IPushedRequestGrain
{
    private readonly CheckedState<PushedState> _stored = new(record, clock);

    /// <inheritdoc />
    public async Task<bool> Push(PushedRequest request, TimeSpan life, CancellationToken cancellationToken) =>
        (await _stored.Read()).Request is null && await _stored.TryWrite(new PushedState { Request = request, ExpiresAt = clock.GetUtcNow() + life });

    /// <inheritdoc />
    public async Task<PushedRequest?> Look(Guid client, CancellationToken cancellationToken)
    {
        var state = await _stored.Read();
        _stored.LeaveIfEmpty(this);
        return GoodFor(state, client)?.Request;
    }

    /// <inheritdoc />
    public async Task<bool> Take(Guid client, CancellationToken cancellationToken) =>
        GoodFor(await _stored.Read(), client) is { } state && await _stored.TryWrite(state with { TakenAt = clock.GetUtcNow() });

    private PushedState? GoodFor(PushedState state, Guid client) =>
        state is { Request: { } request, TakenAt: null } && request.Client == client && clock.GetUtcNow() < state.ExpiresAt ? state : null;
}
