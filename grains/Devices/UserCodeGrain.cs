using Uitsmijter.Actors.GrainInterfaces.Devices;

namespace Uitsmijter.Actors.Grains.Devices;

/// <inheritdoc cref="IUserCodeGrain"/>
[GrainType("user-code")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class UserCodeGrain(
    [PersistentState("user-code", StorageNames.Ephemeral)] IPersistentState<UserCodeState> record, TimeProvider clock) : Grain, IUserCodeGrain
{
    private readonly CheckedState<UserCodeState> _stored = new(record, clock);

    /// <inheritdoc />
    public async Task<bool> Claim(string device, TimeSpan life, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return IsFree(await _stored.Read(), now) && await _stored.TryWrite(new UserCodeState { Device = device, ExpiresAt = now + life });
    }

    /// <inheritdoc />
    public async Task<string?> Find(CancellationToken cancellationToken)
    {
        var state = await _stored.Read();
        return IsFree(state, clock.GetUtcNow()) ? null : state.Device;
    }

    private static bool IsFree(UserCodeState state, DateTimeOffset now) => state.Device is null || now >= state.ExpiresAt;
}
