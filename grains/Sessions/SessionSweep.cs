using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>
/// Takes due sessions from the watch and lets each look at itself. Runs in every silo; what is due is handed to one of them.
/// Being apart from the grains, it keeps their calls free of cycles: session → watch, never back.
/// </summary>
internal sealed partial class SessionSweep(IGrainFactory grains, ILogger<SessionSweep> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int Batch = 100;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SessionSweep),
        ServiceLifecycleStage.Active,
        _ =>
        {
            // Off the lifecycle's scheduler: the loop lives as long as the silo.
            _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
            return Task.CompletedTask;
        },
        async cancellationToken =>
        {
            await _stopping.CancelAsync();
            await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    /// <summary>Looks at everything that is due now.</summary>
    /// <param name="cancellationToken">Stops between batches.</param>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < ISessionWatchGrain.Shards; shard++)
        {
            var watch = grains.GetGrain<ISessionWatchGrain>(shard);
            for (var due = await watch.Due(Batch, cancellationToken); due.Length > 0; due = await watch.Due(Batch, cancellationToken))
            {
                var checks = await Task.WhenAll(due.Select(sid => CheckAsync(sid, cancellationToken)));
                await watch.Settle([.. checks.OfType<SessionCheck>()], cancellationToken);
            }
        }
    }

    private async Task<SessionCheck?> CheckAsync(string sid, CancellationToken cancellationToken)
    {
        try
        {
            return new SessionCheck(sid, await grains.GetGrain<ICheckedSession>(sid).Check(cancellationToken));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Not settled, so it comes up again; the others of the batch go on.
            LogCheckFailed(logger, exception);
            return null;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_interval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await SweepAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogSweepFailed(logger, exception);
            }
        }
    }

    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning, Message = "A due session could not be checked; it comes up again")]
    private static partial void LogCheckFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3202, Level = LogLevel.Warning, Message = "Due sessions could not be read; the sweep tries again")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);
}
