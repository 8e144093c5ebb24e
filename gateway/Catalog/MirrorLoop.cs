using System.Threading.Channels;

namespace Uitsmijter.Actors.Gateway.Catalog;

/// <summary>
/// The one loop that feeds a mirror: it pulls when nudged and once a second in any case, because nudges may be lost, and renews
/// its registration for nudges. A failed round changes nothing: the mirror keeps what it has and its age grows.
/// </summary>
internal sealed partial class MirrorLoop(string name, TimeProvider clock, ILogger logger)
{
    /// <summary>How often the mirror asks although nobody nudged it: the bound of staleness when nudges are lost.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    /// <summary>How often the registration for nudges is renewed; registrations lapse after a minute.</summary>
    public static readonly TimeSpan SubscribeEvery = TimeSpan.FromSeconds(30);

    /// <summary>A grain that does not answer within this time is asked again; another silo may have it by then.</summary>
    public static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private bool _failing;
    private int _isNudged;

    /// <summary>Pull as soon as possible; any number of nudges while a pull runs become one more pull.</summary>
    public void Nudge()
    {
        Volatile.Write(ref _isNudged, 1);
        Look();
    }

    /// <summary>Runs until cancelled.</summary>
    /// <param name="subscribe">Registers for nudges.</param>
    /// <param name="pull">Catches up and says whether there was anything new; throws when it cannot.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    public async Task Run(Func<Task>? subscribe, Func<CancellationToken, Task<bool>> pull, CancellationToken cancellationToken)
    {
        await using var poll = clock.CreateTimer(static loop => ((MirrorLoop)loop!).Look(), this, PollEvery, PollEvery);
        long? subscribedAt = null;
        Nudge();
        while (await WaitAsync(cancellationToken))
        {
            try
            {
                if (subscribe is not null && (subscribedAt is not { } at || clock.GetElapsedTime(at) >= SubscribeEvery))
                {
                    // A registration is as old as its call, not as its answer: the cluster counts from when it heard of it.
                    var asked = clock.GetTimestamp();
                    await subscribe().WaitAsync(CallLimit, clock, cancellationToken);
                    subscribedAt = asked;
                }

                var wasNudged = Interlocked.Exchange(ref _isNudged, 0) == 1;
                if (await pull(cancellationToken) && !wasNudged)
                {
                    // News that nobody told: the grain has moved to another silo and knows no registration there. Without one, everything would come a second late.
                    subscribedAt = null;
                }

                Recovered();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Failed(failure);
            }
        }
    }

    private void Look() => _nudges.Writer.TryWrite(true);

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            var go = await _nudges.Reader.WaitToReadAsync(cancellationToken);
            _nudges.Reader.TryRead(out _);
            return go;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>One line when it starts to fail, none for every further second.</summary>
    private void Failed(Exception failure)
    {
        if (!_failing)
        {
            LogFailing(logger, name, failure);
        }

        _failing = true;
    }

    private void Recovered()
    {
        if (_failing)
        {
            LogRecovered(logger, name);
        }

        _failing = false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mirror of {Mirror} cannot be refreshed; it keeps what it has")]
    private static partial void LogFailing(ILogger logger, string mirror, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The mirror of {Mirror} is refreshed again")]
    private static partial void LogRecovered(ILogger logger, string mirror);
}
