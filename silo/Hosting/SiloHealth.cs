using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>Ready as long as the other silos count this one as active.</summary>
internal sealed class SiloHealth(ISiloStatusOracle membership) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(membership.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("the silo is not an active member of the cluster"));
}
