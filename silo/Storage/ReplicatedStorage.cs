using Orleans.Runtime;
using Orleans.Storage;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>A write counts when it has left the machine it was made on (<c>REDIS_REPLICAS</c>). Reads are the inner storage's.</summary>
/// <param name="inner">Orleans' storage over Redis.</param>
/// <param name="fence">What waits.</param>
internal sealed class ReplicatedStorage(IGrainStorage inner, ReplicationFence fence) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.WriteStateAsync(stateName, grainId, grainState);
        await fence.Reached();
    }

    /// <inheritdoc />
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.ClearStateAsync(stateName, grainId, grainState);
        await fence.Reached();
    }

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);
}
