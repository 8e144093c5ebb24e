using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;
using Uitsmijter.Actors.Grains;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Keeps what was used up once used up, also over a storage that goes back: one that was restored from a snapshot, or lost writes in a fail-over. A record that is found at a version
/// which was replaced, or is missing although its making was the use, is given to its grain as spent, and written so (attack 50; docs/decisions/0082).
/// </summary>
/// <param name="inner">The storage.</param>
/// <param name="versions">Which versions were replaced.</param>
/// <param name="trust">Whether what storage said may be judged by what this silo knows.</param>
/// <param name="isBrief">Whether nobody asks for its records after some minutes (<see cref="StorageNames.Brief"/>).</param>
/// <param name="clock">The clock.</param>
internal sealed class SingleUseStorage(IGrainStorage inner, SpentVersions versions, IStoredTrust trust, bool isBrief, TimeProvider clock) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Looks at a record that others change at the same time; each time they did, it is judged anew.</summary>
    private const int Attempts = 5;
    private const int MostUnsettled = 10_000;

    /// <summary>Versions whose replacement ended without an answer, by record.</summary>
    private readonly ConcurrentDictionary<(string StateName, GrainId Grain), string> _unsettled = new();

    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => typeof(ISpendable).IsAssignableFrom(typeof(T))
        ? ReadSpendable(stateName, grainId, grainState)
        : inner.ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => grainState.State is ISpendable state
        ? Replace(stateName, grainId, grainState, state.IsUse, inner.WriteStateAsync)
        : inner.WriteStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => typeof(ISpendable).IsAssignableFrom(typeof(T))
        ? Replace(stateName, grainId, grainState, isUse: true, inner.ClearStateAsync)
        : inner.ClearStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);

    private async Task ReadSpendable<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // Beside what the grain holds: where nobody can say yet whether it may be believed, it must not find it in its memory either.
        var read = new GrainState<T>();
        await inner.ReadStateAsync(stateName, grainId, read);

        // After the read, or a restore in between would not be seen.
        await trust.OfRead();
        Settle(stateName, grainId, read);
        for (var attempt = 0; versions.Contains(VersionOf(stateName, grainId, read)); attempt++)
        {
            // Not every read that finds an old version is of a storage that went back: its answer may have been under way while this silo wrote.
            await inner.ReadStateAsync(stateName, grainId, read);
            if (!versions.Contains(VersionOf(stateName, grainId, read)) || await TrySpend(stateName, grainId, read))
            {
                break;
            }

            if (attempt == Attempts)
            {
                throw new InconsistentStateException($"The {stateName} of {grainId} kept changing while it was found to have been used up.");
            }
        }

        (grainState.State, grainState.ETag, grainState.RecordExists) = (read.State, read.ETag, read.RecordExists);
    }

    /// <summary>A write nobody heard the end of was taken, where something else than what it was to replace is there now.</summary>
    private void Settle<T>(string stateName, GrainId grainId, GrainState<T> read)
    {
        if (!_unsettled.IsEmpty
            && _unsettled.TryRemove((stateName, grainId), out var version)
            && version != VersionOf(stateName, grainId, read)
            && !versions.Contains(VersionOf(stateName, grainId, read)))
        {
            versions.Add(version, isBrief);
        }
    }

    /// <summary>False where somebody else wrote first.</summary>
    private async Task<bool> TrySpend<T>(string stateName, GrainId grainId, GrainState<T> grainState)
    {
        grainState.State = (T)((ISpendable)grainState.State!).Spent(clock.GetUtcNow());
        if (!grainState.RecordExists)
        {
            return true;
        }

        try
        {
            await inner.WriteStateAsync(stateName, grainId, grainState);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    private async Task Replace<T>(string stateName, GrainId grainId, IGrainState<T> grainState, bool isUse, Func<string, GrainId, IGrainState<T>, Task> change)
    {
        var version = VersionOf(stateName, grainId, grainState);
        if (isUse && grainState.RecordExists)
        {
            await trust.OfMemory();
        }

        if (grainState.RecordExists && versions.Contains(version))
        {
            // Storage may have gone back to the very version this activation holds, and would take it.
            throw new InconsistentStateException($"The {stateName} of {grainId} was replaced at this version before.");
        }

        try
        {
            await change(stateName, grainId, grainState);
        }
        catch (Exception failure) when (isUse && failure is not (InconsistentStateException or OutOfMemoryException))
        {
            // Storage may have taken it all the same; the next read tells.
            if (_unsettled.Count < MostUnsettled)
            {
                _unsettled[(stateName, grainId)] = version;
            }

            throw;
        }

        if (isUse)
        {
            versions.Add(version, isBrief);
        }
    }

    // What does not exist yet has its name for a version: once made, it is replaced.
    private static string VersionOf<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => !grainState.RecordExists
        ? $"{grainId}/{stateName}"
        : grainState.ETag ?? throw new InvalidOperationException($"The {stateName} of {grainId} has no version.");
}
