using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Uitsmijter.Actors.Hosting.Tls;

/// <summary>
/// Holds the start back until the files hold a certificate that is good now, with a line per minute; then tells in time when it will end. A certificate that ends ends no
/// connection, but nobody new gets in.
/// </summary>
internal sealed partial class ClusterIdentityWatch : BackgroundService
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    private readonly ClusterIdentity _identity;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClusterIdentityWatch> _logger;
    private readonly Meter _meter = new(ProcessMetrics.OwnMeters + "Hosting");
    private long _end;

    /// <summary>Shows when the certificate ends as a metric.</summary>
    public ClusterIdentityWatch(ClusterIdentity identity, TimeProvider clock, ILogger<ClusterIdentityWatch> logger)
    {
        (_identity, _clock, _logger) = (identity, clock, logger);
        _meter.CreateObservableGauge("uitsmijter_cluster_certificate_end_seconds", () => Volatile.Read(ref _end), description: "When the certificate shown to the cluster ends, in seconds since 1970.");
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var wait = _first; !Look(out var problem); wait = wait + wait < _longest ? wait + wait : _longest)
        {
            LogWaiting(problem, wait.TotalSeconds);
            await Task.Delay(wait, _clock, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), _clock);
        do
        {
            if (!Look(out var problem))
            {
                LogUnusable(problem);
            }
            else if (DateTimeOffset.FromUnixTimeSeconds(Volatile.Read(ref _end)) is var end && end - _clock.GetUtcNow() < PemIdentity.Soon)
            {
                LogEndsSoon(end.UtcDateTime);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool Look(out string problem)
    {
        var read = _identity.Read(out var wrong);
        if (read?.Certificate is { } certificate)
        {
            Volatile.Write(ref _end, new DateTimeOffset(certificate.NotAfter.ToUniversalTime()).ToUnixTimeSeconds());
        }

        problem = wrong ?? "";
        return wrong is null;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Nobody in the cluster would believe this process: {Problem}; looking again in {Seconds} s.")]
    private partial void LogWaiting(string problem, double seconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "New connections in the cluster fail or will soon: {Problem}. Put a good certificate into the file; no restart is needed.")]
    private partial void LogUnusable(string problem);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The certificate shown to the cluster ends on {End:u}: renew the file; no restart is needed.")]
    private partial void LogEndsSoon(DateTime end);
}
