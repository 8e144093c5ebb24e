using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Catalog;

/// <summary>Counts refused logins and requests for tokens per tenant and client, and reports them every ten seconds and at an orderly end, off every request's path.</summary>
internal sealed partial class GatewayActivity(IGrainFactory grains, TimeProvider clock, ILogger<GatewayActivity> logger) : BackgroundService
{
    /// <summary>How often counts are reported.</summary>
    public static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(10);

    private const int ParallelReports = 16;

    /// <summary>The silos may have gone first.</summary>
    private static readonly TimeSpan _lastReport = TimeSpan.FromSeconds(2);

    private readonly ActivityTally _tally = new(Guid.NewGuid().ToString("N"));

    /// <summary>A login, or a request for tokens, was refused; costs a look-up, never waits, never fails.</summary>
    /// <param name="tenant">Tenant name, of the configuration.</param>
    /// <param name="client">Client it was for, or null.</param>
    public void Denied(string tenant, Guid? client)
    {
        var now = clock.GetUtcNow();
        _tally.Denied(tenant, now);
        if (client is { } ident)
        {
            _tally.Denied(ActivityKeys.Of(ident), now);
        }
    }

    /// <summary>Reports what was counted. What does not arrive is sent again the next time, under the same number.</summary>
    /// <param name="cancellationToken">Stops reporting.</param>
    internal Task Report(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _tally.Take(),
        new ParallelOptions { MaxDegreeOfParallelism = ParallelReports, CancellationToken = cancellationToken },
        async (each, token) =>
        {
            try
            {
                var counting = ActivityKeys.ClientOf(each.Key) is { } client
                    ? grains.GetGrain<IClientGrain>(client).Count(each.Value)
                    : grains.GetGrain<ITenantGrain>(each.Key).Count(each.Value);
                await counting.WaitAsync(ReportEvery, clock, token);
                _tally.Acknowledge(each.Key, each.Value);
            }
            catch (Exception failure) when (failure is not OperationCanceledException and not OutOfMemoryException)
            {
                LogNotReported(logger, failure);
            }
        });

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_lastReport);
        await Report(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReportEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Report(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last report follows when the process has stopped to serve.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Counts of a tenant or client could not be reported; they are sent again")]
    private static partial void LogNotReported(ILogger logger, Exception failure);
}
