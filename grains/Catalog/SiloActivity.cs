using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>
/// Counts sessions where they begin and end, and reports to the tenants' and clients' grains every ten seconds and at an orderly end. A silo that is killed
/// takes what it had not reported with it.
/// </summary>
/// <param name="grains">Reaches who counts.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where reports that have to be repeated are noted.</param>
public sealed partial class SiloActivity(IGrainFactory grains, TimeProvider clock, ILogger<SiloActivity> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int Parallel = 16;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    private readonly ActivityTally _tally = new(Guid.NewGuid().ToString("N"));
    private readonly SemaphoreSlim _reporting = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SiloActivity),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _running = Task.Run(RunAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async cancellationToken =>
        {
            await _stopping.CancelAsync();
            await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ReportAsync();
        });

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Dispose();
        _reporting.Dispose();
    }

    /// <summary>A session began.</summary>
    /// <param name="tenant">Tenant name.</param>
    public void Begun(string tenant) => _tally.Begun(tenant, clock.GetUtcNow());

    /// <summary>A client was given something in a session for the first time.</summary>
    /// <param name="client">The client.</param>
    public void Begun(Guid client) => _tally.Begun(ActivityKeys.Of(client), clock.GetUtcNow());

    /// <summary>A session ended: for its tenant, and for every client of it.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="clients">The clients.</param>
    public void Ended(string tenant, IEnumerable<Guid> clients)
    {
        _tally.Ended(tenant);
        foreach (var client in clients)
        {
            _tally.Ended(ActivityKeys.Of(client));
        }
    }

    /// <summary>Reports what was counted. What does not arrive is sent again the next time.</summary>
    public async Task ReportAsync()
    {
        await _reporting.WaitAsync();
        try
        {
            await System.Threading.Tasks.Parallel.ForEachAsync(_tally.Take(), new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (each, _) =>
            {
                try
                {
                    await (ActivityKeys.ClientOf(each.Key) is { } client
                        ? grains.GetGrain<IClientGrain>(client).Count(each.Value)
                        : grains.GetGrain<ITenantGrain>(each.Key).Count(each.Value));
                    _tally.Acknowledge(each.Key, each.Value);
                }
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    LogNotReported(logger, failure);
                }
            });
        }
        finally
        {
            _reporting.Release();
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_interval);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            await ReportAsync();
        }
    }

    [LoggerMessage(EventId = 3301, Level = LogLevel.Debug, Message = "Counts of a tenant or client could not be reported; they are sent again")]
    private static partial void LogNotReported(ILogger logger, Exception failure);
}
