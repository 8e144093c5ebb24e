using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Catalog;

namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>
/// Keeps a mirror in this silo level with a feed: pulls at once when nudged, and every second without a nudge. Pace and age are
/// elapsed time of this process, never the world's clock, which may jump.
/// </summary>
internal sealed partial class FeedFollower : IFeedObserver, IDisposable
{
    /// <summary>How long a subscription lives without being repeated.</summary>
    public static readonly TimeSpan SubscriptionLife = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan _pollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _subscriptionInterval = TimeSpan.FromSeconds(20);

    private readonly IGrainFactory _grains;
    private readonly Func<IFeedObserver, Task> _subscribe;
    private readonly Func<CancellationToken, Task<bool>> _pull;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _isNudged;
    private long _levelAt;

    /// <summary>A follower that rests until <see cref="StartWith"/>.</summary>
    /// <param name="grains">Makes the reference the feed nudges.</param>
    /// <param name="subscribe">Subscribes that reference at the feed.</param>
    /// <param name="pull">Pulls and applies one page; true when more follow at once.</param>
    /// <param name="logger">Where lost and regained contact is reported.</param>
    public FeedFollower(IGrainFactory grains, Func<IFeedObserver, Task> subscribe, Func<CancellationToken, Task<bool>> pull, ILogger logger)
    {
        _grains = grains;
        _subscribe = subscribe;
        _pull = pull;
        _logger = logger;
    }

    /// <summary>How long ago the mirror was known to be level with its feed; <see cref="TimeSpan.MaxValue"/> before the first time.</summary>
    public TimeSpan Age => Volatile.Read(ref _levelAt) is var at and not 0 ? Stopwatch.GetElapsedTime(at) : TimeSpan.MaxValue;

    /// <inheritdoc />
    public Task Moved(long position)
    {
        if (Interlocked.Exchange(ref _isNudged, 1) == 0)
        {
            _wake.Release();
        }

        return Task.CompletedTask;
    }

    /// <summary>Follows while the silo is active.</summary>
    /// <param name="lifecycle">The silo's life.</param>
    /// <param name="name">Name of the mirror, for the lifecycle's log.</param>
    public void StartWith(ISiloLifecycle lifecycle, string name) => lifecycle.Subscribe(name, ServiceLifecycleStage.Active, Start, Stop);

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Dispose();
        _wake.Dispose();
    }

    private Task Start(CancellationToken cancellationToken)
    {
        // Off the lifecycle's scheduler: the loop lives as long as the silo.
        _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var self = _grains.CreateObjectReference<IFeedObserver>(this);
        var subscribedAt = 0L;
        var isFailing = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (subscribedAt == 0 || Stopwatch.GetElapsedTime(subscribedAt) > _subscriptionInterval)
                {
                    await _subscribe(self);
                    subscribedAt = Stopwatch.GetTimestamp();
                }

                await PullAllAsync(cancellationToken);
                isFailing = false;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever it was, the mirror only gets older, and everything that trusts it looks at its age.
                if (!isFailing)
                {
                    LogLostContact(_logger, exception);
                }

                isFailing = true;
                subscribedAt = 0;
            }

            await ((Task)_wake.WaitAsync(_pollInterval, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _isNudged, 0);
        }
    }

    private async Task PullAllAsync(CancellationToken cancellationToken)
    {
        long asked;
        do
        {
            asked = Stopwatch.GetTimestamp();
        }
        while (await _pull(cancellationToken));

        Volatile.Write(ref _levelAt, asked);
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "A mirror of this silo cannot reach its feed; it asks again every second")]
    private static partial void LogLostContact(ILogger logger, Exception exception);
}
