using Orleans.Runtime;
using Orleans.Storage;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>Tells <see cref="WriteRefusals"/> what becomes of writes; changes nothing.</summary>
/// <param name="inner">The storage.</param>
/// <param name="refusals">Who is told.</param>
internal sealed class WatchedStorage(IGrainStorage inner, WriteRefusals refusals) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Watch(inner.WriteStateAsync(stateName, grainId, grainState));

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Watch(inner.ClearStateAsync(stateName, grainId, grainState), isClear: true);

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);

    /// <summary>Redis without memory still clears: that one was taken says nothing.</summary>
    private async Task Watch(Task write, bool isClear = false)
    {
        try
        {
            await write;
        }
        catch (Exception failure)
        {
            refusals.Failed(failure);
            throw;
        }

        if (!isClear)
        {
            refusals.Taken();
        }
    }
}
