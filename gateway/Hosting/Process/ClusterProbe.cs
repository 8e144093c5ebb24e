using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Asks a grain once a second whether it answers. The readiness probe reads how long ago it last did and waits for nothing; one call at a time is on its way,
/// however often the probe is asked.
/// </summary>
internal sealed class ClusterProbe(IGrainFactory grains, TimeProvider clock) : BackgroundService, IHealthCheck
{
    /// <summary>Without an answer for so long the process is not ready. A silo's death is over by then, and so is the moment in which grains move.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    /// <summary>Longer than asking again takes (<see cref="RepeatedCalls"/>) would only hide how long it took.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(4);

    private readonly Guid _key = Guid.NewGuid();
    private long _answeredAt;

    /// <summary>Begins to ask when the stages begin, and lets the readiness probe ask it.</summary>
    /// <param name="services">The process, after what joins the cluster.</param>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<ClusterProbe>();
        services.AddHostedService(static provider => provider.GetRequiredService<ClusterProbe>());
        services.AddHealthChecks().AddCheck<ClusterProbe>("grains");
    }

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answeredAt = Interlocked.Read(ref _answeredAt);
        return Task.FromResult(
            answeredAt == 0 ? HealthCheckResult.Unhealthy("no grain has answered yet")
            : clock.GetElapsedTime(answeredAt) is var since && since > Limit
                ? HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"no grain has answered for {since.TotalSeconds:F0} s"))
            : HealthCheckResult.Healthy());
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                await Ask(stoppingToken);
                await Task.Delay(_period, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task Ask(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(_patience, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            await grains.GetGrain<IProbeGrain>(_key).Answer(over.Token).WaitAsync(over.Token);
            Interlocked.Exchange(ref _answeredAt, clock.GetTimestamp());
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !stoppingToken.IsCancellationRequested)
        {
            // Whatever it is: the answer is missing, and its age says so.
        }
    }
}
