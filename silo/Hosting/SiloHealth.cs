using Microsoft.Extensions.Diagnostics.HealthChecks;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Revocation;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// Ready when the other silos count this one as active and it has what its grains decide by. What it has once it keeps: a mirror that grows old later is the
/// gateways' matter, and no reason to take a silo away.
/// </summary>
internal sealed class SiloHealth(ISiloStatusOracle membership, CatalogEntries catalog, RevokedIds revocations) : IHealthCheck
{
    private volatile bool _knows;

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _knows = _knows || (catalog.IsLoaded && revocations.IsCurrent);
        return Task.FromResult(
            membership.CurrentStatus != SiloStatus.Active ? HealthCheckResult.Unhealthy("the silo is not an active member of the cluster")
            : _knows ? HealthCheckResult.Healthy()
            : !catalog.IsLoaded ? HealthCheckResult.Unhealthy("the catalog has not been loaded yet")
            : HealthCheckResult.Unhealthy("the revocations have not been loaded yet"));
    }
}
