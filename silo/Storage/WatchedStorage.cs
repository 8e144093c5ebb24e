using Orleans.Persistence.Redis;
using Orleans.Runtime;
using Orleans.Storage;
using StackExchange.Redis;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Tells <see cref="WriteRefusals"/> what becomes of writes, and says what failed in an exception that gateways can read: they have no storage, so of one of its own types they would learn a missing assembly and nothing else.
/// </summary>
/// <param name="inner">The storage.</param>
/// <param name="refusals">Who is told.</param>
internal sealed class WatchedStorage(IGrainStorage inner, WriteRefusals refusals) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            await inner.ReadStateAsync(stateName, grainId, grainState);
        }
        catch (Exception failure) when (IsForeign(failure))
        {
            throw Told(failure, stateName, grainId);
        }
    }

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Watch(inner.WriteStateAsync(stateName, grainId, grainState), stateName, grainId);

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Watch(inner.ClearStateAsync(stateName, grainId, grainState), stateName, grainId, isClear: true);

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);

    private static bool IsForeign(Exception failure) => failure is RedisStorageException or RedisException or RedisTimeoutException or RedisCommandException;

    // Without its cause, which would be read too.
    private static OrleansException Told(Exception failure, string stateName, GrainId grainId) => new($"{failure.GetType().Name} at {stateName} of {grainId}: {failure.Message}");

    /// <summary>Redis without memory still clears: that one was taken says nothing.</summary>
    private async Task Watch(Task write, string stateName, GrainId grainId, bool isClear = false)
    {
        try
        {
            await write;
        }
        catch (Exception failure)
        {
            refusals.Failed(failure);
            if (IsForeign(failure))
            {
                throw Told(failure, stateName, grainId);
            }

            throw;
        }

        if (!isClear)
        {
            refusals.Taken();
        }
    }
}
