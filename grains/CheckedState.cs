using Orleans.Storage;

namespace Uitsmijter.Actors.Grains;

/// <summary>
/// Stored state that is trusted only as long as it may be. Orleans can run two activations of a grain for a moment: what memory says is
/// re-read when it is old, and after every write that failed, because memory then holds what storage does not.
/// </summary>
/// <param name="storage">The grain's one state.</param>
/// <param name="clock">The injected clock.</param>
internal sealed class CheckedState<TState>(IPersistentState<TState> storage, TimeProvider clock)
    where TState : class, new()
{
    /// <summary>How long another activation's write may stay unseen by a grain that only reads.</summary>
    private static readonly TimeSpan _trust = TimeSpan.FromMinutes(1);

    /// <summary>How long an activation stays that has nothing stored.</summary>
    private static readonly TimeSpan _emptyLife = TimeSpan.FromSeconds(2);

    private DateTimeOffset? _readAt = clock.GetUtcNow();
    private IGrainTimer? _leaving;

    /// <summary>The state, at most a minute old.</summary>
    public async Task<TState> Read()
    {
        var now = clock.GetUtcNow();
        if (_readAt is not { } readAt || now - readAt >= _trust || now < readAt)
        {
            _readAt = null;
            await storage.ReadStateAsync();
            _readAt = now;
        }

        return storage.State;
    }

    /// <summary>The state as storage has it now; what was only held is gone.</summary>
    public Task<TState> ReadAnew()
    {
        _readAt = null;
        return Read();
    }

    /// <summary>Replaces the state, if nobody else did since it was read.</summary>
    /// <param name="next">The new state; never a changed version of the old object.</param>
    /// <returns>False: another activation was faster. Read again and decide again.</returns>
    public Task<bool> TryWrite(TState next) => Try(() =>
    {
        storage.State = next;
        return storage.WriteStateAsync();
    });

    /// <summary>Replaces the state in memory alone; the next write carries it, and whatever comes before that may lose it.</summary>
    /// <param name="next">The new state.</param>
    public void Hold(TState next) => storage.State = next;

    /// <summary>Removes the record, if nobody else changed it since it was read.</summary>
    /// <inheritdoc cref="TryWrite" path="/returns"/>
    public async Task<bool> TryClear() => !storage.RecordExists || await Try(storage.ClearStateAsync);

    /// <summary>
    /// Lets the activation go soon where nothing is stored: names that strangers make up must not fill a silo's memory for minutes (attack group 46). Not at once: of many requests for one name those that wait
    /// would be passed on from one leaving activation to the next, and Orleans gives up after two.
    /// </summary>
    /// <param name="grain">The grain whose state this is.</param>
    public void LeaveIfEmpty(IGrainBase grain)
    {
        if (!storage.RecordExists)
        {
            _leaving ??= grain.RegisterGrainTimer(
                _ =>
                {
                    Leave(grain);
                    return Task.CompletedTask;
                },
                new GrainTimerCreationOptions(_emptyLife, Timeout.InfiniteTimeSpan));
        }
    }

    private void Leave(IGrainBase grain)
    {
        _leaving?.Dispose();
        _leaving = null;
        if (!storage.RecordExists)
        {
            grain.DeactivateOnIdle();
        }
    }

    private async Task<bool> Try(Func<Task> change)
    {
        // Until storage has answered, memory is not to be believed, whichever way the call ends.
        _readAt = null;
        try
        {
            await change();
        }
        catch (InconsistentStateException)
        {
            return false;
        }

        _readAt = clock.GetUtcNow();
        return true;
    }
}
