using System.Collections.Immutable;
using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Revocation;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>
/// Makes the appointments of this silo's new sessions with the sweep. Those that come while a write is under way share the next one, so that many
/// logins cost few writes; each caller waits until its own is durable.
/// </summary>
internal sealed class Appointments(IGrainFactory grains)
{
    private const int Attempts = 4;

    private readonly Lock _gate = new();
    private Batch? _waiting;
    private bool _isUnderWay;

    /// <summary>Has a session looked at; durable before it returns. Any of the shards will do, since whoever finds a session settles it where it was found.</summary>
    /// <param name="sid">Session id.</param>
    /// <param name="due">When to look at it.</param>
    public Task Make(string sid, DateTimeOffset due)
    {
        Batch own;
        lock (_gate)
        {
            own = _waiting ??= new Batch();
            own.Checks.Add(new SessionCheck(sid, due));
            if (_isUnderWay)
            {
                return own.Done.Task;
            }

            (_isUnderWay, _waiting) = (true, null);
        }

        return Lead(own);
    }

    /// <summary>Nobody waits for a stranger's write: whoever came alone carries one batch, and hands the rest on.</summary>
    private async Task Lead(Batch own)
    {
        await Carry(own);
        if (Next() is { } next)
        {
            _ = Task.Run(() => CarryAll(next));
        }

        await own.Done.Task;
    }

    private async Task CarryAll(Batch? batch)
    {
        for (; batch is not null; batch = Next())
        {
            await Carry(batch);
        }
    }

    private Batch? Next()
    {
        lock (_gate)
        {
            var next = _waiting;
            (_isUnderWay, _waiting) = (next is not null, null);
            return next;
        }
    }

    /// <summary>Never throws: the makers do.</summary>
    private async Task Carry(Batch batch)
    {
        try
        {
            var checks = batch.Checks.ToImmutableArray();
            var watch = grains.GetGrain<ISessionWatchGrain>(IRevocationFeedGrain.ShardOf(checks[0].Sid) % ISessionWatchGrain.Shards);
            await InsistAsync(() => watch.RegisterAll(checks, CancellationToken.None));
            batch.Done.SetResult();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            batch.Done.SetException(failure);
        }
    }

    /// <summary>An activation that lost against another one is gone with its exception; what may be repeated any number of times is.</summary>
    /// <param name="append">The repeatable call.</param>
    internal static async Task InsistAsync(Func<Task> append)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await append();
                return;
            }
            catch (InconsistentStateException) when (attempt < Attempts)
            {
                // The next activation reads what storage holds.
            }
        }
    }

    /// <summary>Appointments that are written together.</summary>
    private sealed class Batch
    {
        public List<SessionCheck> Checks { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
