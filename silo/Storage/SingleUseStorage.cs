using Orleans.Runtime;
using Orleans.Storage;
using Uitsmijter.Actors.Grains;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Keeps what was used up once used up, also over a storage that goes back: one that was restored from a snapshot, or lost writes in a fail-over. A record that is found at a version
/// which was replaced, or is missing although it was made, is given to its grain as spent, and written so (attack 50; docs/decisions/0082).
/// </summary>
/// <param name="inner">The storage.</param>
/// <param name="versions">Which versions were replaced.</param>
/// <param name="watch">Notices that storage went back, and learns from other silos what they saw.</param>
/// <param name="clock">The clock.</param>
internal sealed class SingleUseStorage(IGrainStorage inner, SpentVersions versions, IStorageWatch watch, TimeProvider clock) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => typeof(ISpendable).IsAssignableFrom(typeof(T))
        ? ReadSpendable(stateName, grainId, grainState)
        : inner.ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => typeof(ISpendable).IsAssignableFrom(typeof(T))
        ? Replace(stateName, grainId, grainState, static (storage, name, grain, state) => storage.WriteStateAsync(name, grain, state))
        : inner.WriteStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => typeof(ISpendable).IsAssignableFrom(typeof(T))
        ? Replace(stateName, grainId, grainState, static (storage, name, grain, state) => storage.ClearStateAsync(name, grain, state))
        : inner.ClearStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);

    private async Task ReadSpendable<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.ReadStateAsync(stateName, grainId, grainState);

        // After the read, or a restore in between would not be seen.
        await watch.Trust();
        if (!IsBack(stateName, grainId, grainState))
        {
            return;
        }

        // Not every read that finds an old version is of a storage that went back: its answer may have been under way while this silo wrote.
        await inner.ReadStateAsync(stateName, grainId, grainState);
        if (IsBack(stateName, grainId, grainState))
        {
            await Spend(stateName, grainId, grainState);
        }
    }

    private async Task Spend<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.State = (T)((ISpendable)grainState.State!).Spent(clock.GetUtcNow());
        if (!grainState.RecordExists)
        {
            return;
        }

        try
        {
            await inner.WriteStateAsync(stateName, grainId, grainState);
        }
        catch (InconsistentStateException)
        {
            // Another silo found it, too, and was faster.
            await inner.ReadStateAsync(stateName, grainId, grainState);
        }
    }

    private async Task Replace<T>(string stateName, GrainId grainId, IGrainState<T> grainState, Func<IGrainStorage, string, GrainId, IGrainState<T>, Task> change)
    {
        var version = VersionOf(stateName, grainId, grainState);
        if (grainState.RecordExists && versions.Contains(version))
        {
            // Storage may have gone back to the very version this activation holds, and would take it.
            throw new InconsistentStateException($"The {stateName} of {grainId} was replaced at this version before.");
        }

        await change(inner, stateName, grainId, grainState);
        versions.Add(version);
    }

    private bool IsBack<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => versions.Contains(VersionOf(stateName, grainId, grainState));

    // What does not exist yet has its name for a version: once made, it is replaced.
    private static string VersionOf<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        grainState.RecordExists ? grainState.ETag ?? "" : $"{grainId}/{stateName}";
}
