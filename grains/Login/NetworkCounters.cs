using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>
/// Counts the attempts of networks in their <see cref="LoginThrottleGrain"/>s. An attempt that turned out to be none (a success, or nobody could judge it) stays counted
/// there for a moment, in which the next one of the network in this silo is made on it: to give it back and to take it again would say the same, and every
/// login of a busy network comes by here. What nobody makes use of is given back together. What a dying silo has not told yet stays counted until time forgives it.
/// </summary>
internal sealed class NetworkCounters(IGrainFactory grains, TimeProvider clock) : IDisposable
{
    /// <summary>
    /// How old an admission may be that another attempt is made on, and how long what is given back waits. Far below the time in which a count is
    /// forgiven, so that no failure is counted as an older one than it is.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>When the attempts that are held were admitted, by counter. Guarded by the lock.</summary>
    private readonly Dictionary<string, Stack<long>> _held = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isWaiting;

    /// <summary>Takes one attempt; counted, durably, before it returns.</summary>
    /// <param name="key">The counter.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    public async ValueTask<NetworkAttempt> Take(string key, CancellationToken cancellationToken)
    {
        if (TakeOver(key, out var returned) is { } attempt)
        {
            return attempt;
        }

        var (counter, askedAt) = (grains.GetGrain<ILoginThrottleGrain>(key), clock.GetTimestamp());

        // Should the call fail, what was given back is lost to the strict side.
        var verdict = returned > 0 ? await counter.Exchange(returned, cancellationToken) : await counter.Take(cancellationToken);
        return new NetworkAttempt(key, askedAt, verdict);
    }

    /// <summary>Gives one attempt back: to the next one of the network, or soon to its counter.</summary>
    /// <param name="attempt">What was taken.</param>
    public void GiveBack(NetworkAttempt attempt)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(attempt.Key, out var held))
            {
                _held.Add(attempt.Key, held = new Stack<long>());
            }

            held.Push(attempt.AdmittedAt);
            if (_isWaiting)
            {
                return;
            }

            _isWaiting = true;
            _timer ??= clock.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(_patience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer?.Dispose();

    /// <summary>An attempt on an admission that is held; null where there is none that is fresh, with how many the counter is to be told of.</summary>
    private NetworkAttempt? TakeOver(string key, out int returned)
    {
        lock (_gate)
        {
            returned = 0;
            if (!_held.TryGetValue(key, out var held) || !held.TryPeek(out var admittedAt))
            {
                return null;
            }

            if (clock.GetElapsedTime(admittedAt) < _patience)
            {
                held.Pop();
                return new NetworkAttempt(key, admittedAt, new ThrottleVerdict(Allowed: true, TimeSpan.Zero));
            }

            returned = held.Count;
            held.Clear();
            return null;
        }
    }

    private void Flush()
    {
        List<(string Key, int Returned)> told;
        lock (_gate)
        {
            _isWaiting = false;
            told = [.. _held.Where(static one => one.Value.Count > 0).Select(static one => (one.Key, one.Value.Count))];
            _held.Clear();
        }

        foreach (var (key, returned) in told)
        {
            _ = Tell(key, returned);
        }
    }

    private async Task Tell(string key, int returned)
    {
        try
        {
            await grains.GetGrain<ILoginThrottleGrain>(key).Return(returned);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Time forgives them.
        }
    }
}

/// <summary>One attempt from a network.</summary>
/// <param name="Key">Its counter.</param>
/// <param name="AdmittedAt">Before the counter was asked, as a timestamp of the clock.</param>
/// <param name="Verdict">Whether it may go on.</param>
internal sealed record NetworkAttempt(string Key, long AdmittedAt, ThrottleVerdict Verdict);
