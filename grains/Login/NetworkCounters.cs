using System.Collections.Concurrent;
using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>
/// Counts the attempts of networks in their <see cref="LoginThrottleGrain"/>s. What successful logins give back is collected in this silo and travels with the next
/// attempt of the network, or by itself a moment later: one call fewer in every login. What a dying silo has not told yet stays counted until time forgives it.
/// </summary>
internal sealed class NetworkCounters(IGrainFactory grains, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, int> _returned = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isWaiting;

    /// <summary>Takes one attempt, durably, before it returns.</summary>
    /// <param name="key">The counter.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    public Task<ThrottleVerdict> Take(string key, CancellationToken cancellationToken)
    {
        var counter = grains.GetGrain<ILoginThrottleGrain>(key);

        // Should the call fail, what was given back is lost to the strict side.
        return _returned.TryRemove(key, out var returned) ? counter.Exchange(returned, cancellationToken) : counter.Take(cancellationToken);
    }

    /// <summary>Gives one attempt back, soon.</summary>
    /// <param name="key">The counter.</param>
    public void GiveBack(string key)
    {
        _returned.AddOrUpdate(key, 1, static (_, held) => held + 1);
        lock (_gate)
        {
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

    private void Flush()
    {
        lock (_gate)
        {
            _isWaiting = false;
        }

        foreach (var key in _returned.Keys)
        {
            if (_returned.TryRemove(key, out var returned))
            {
                _ = Tell(key, returned);
            }
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
