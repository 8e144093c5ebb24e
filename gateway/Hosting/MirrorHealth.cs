using Microsoft.Extensions.Diagnostics.HealthChecks;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// A gateway decides from its mirrors: it is ready when it has the whole of each, and none is older than <c>STALE_LIMIT</c>. Their ages
/// are metrics too.
/// </summary>
internal sealed class MirrorHealth(CatalogMirror catalog, RevocationMirror revocations, Metrics metrics, ServerSettings settings) : IHealthCheck
{
    private const string Catalog = "catalog";
    private const string Revocations = "revocations";

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            !catalog.IsReady ? HealthCheckResult.Unhealthy("the catalog has not been loaded yet")
            : !revocations.IsReady ? HealthCheckResult.Unhealthy("the revocations have not been loaded yet")
            : catalog.Age > settings.StaleLimit ? HealthCheckResult.Unhealthy("the catalog is older than STALE_LIMIT")
            : revocations.Age > settings.StaleLimit ? HealthCheckResult.Unhealthy("the revocations are older than STALE_LIMIT")
            : HealthCheckResult.Healthy());

    /// <summary>Brings the gauges up to date before every scrape and every export.</summary>
    /// <param name="registry">The process's registry.</param>
    public void Measure(Prometheus.CollectorRegistry registry)
    {
        registry.AddBeforeCollectCallback(Refresh);
        metrics.BeforeExport(Refresh);
    }

    private void Refresh()
    {
        metrics.Catalog(catalog.Current.TenantCount, catalog.Current.ClientCount);
        metrics.MirrorAge(Catalog, catalog.Age);
        metrics.MirrorAge(Revocations, revocations.Age);
    }
}
