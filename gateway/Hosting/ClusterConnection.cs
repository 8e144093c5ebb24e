using Microsoft.Extensions.Diagnostics.HealthChecks;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>Whether any silo is connected; the readiness probe asks.</summary>
internal sealed class ClusterConnection(SiloLosses losses) : IHealthCheck
{
    private volatile bool _lost;

    /// <summary>Told by Orleans when the number of connected silos changes.</summary>
    /// <param name="sender">The cluster client.</param>
    /// <param name="count">The old and the new number.</param>
    public void Counted(object? sender, GatewayCountChangedEventArgs count)
    {
        _lost = count.NumberOfConnectedGateways == 0;
        if (count.NumberOfConnectedGateways < count.PreviousNumberOfConnectedGateways)
        {
            losses.Tell();
        }
    }

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_lost ? HealthCheckResult.Unhealthy("no silo is connected") : HealthCheckResult.Healthy());
}
