using Orleans.Runtime;
using Orleans.Storage;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// A write counts when it has left the machine it was made on (<c>REDIS_REPLICAS</c>). What is read counts too, unless a write before it did not: then a "that is so already" would
/// be a yes that no replica knows of.
/// </summary>
/// <param name="inner">Orleans' storage over Redis.</param>
/// <param name="fence">What waits.</param>
/// <param name="serviceId">Beginning of every key.</param>
internal sealed class ReplicatedStorage(IGrainStorage inner, ReplicationFence fence, string serviceId) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.ReadStateAsync(stateName, grainId, grainState);
        if (fence.Owes)
        {
            await fence.Reached(KeyOf(stateName, grainId), grainState.RecordExists ? grainState.ETag : null);
        }
    }

    /// <inheritdoc />
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.WriteStateAsync(stateName, grainId, grainState);
        await fence.Reached(KeyOf(stateName, grainId), grainState.ETag);
    }

    /// <inheritdoc />
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.ClearStateAsync(stateName, grainId, grainState);
        await fence.Reached(KeyOf(stateName, grainId), null);
    }

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);

    /// <summary>As Orleans' storage calls the record; a key that is not would never be found, and every write would fail.</summary>
    private string KeyOf(string stateName, GrainId grainId) => $"{serviceId}/state/{grainId}/{stateName}";
}
