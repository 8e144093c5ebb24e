using System.Diagnostics.Metrics;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>How far the catalog is from the files of this process.</summary>
internal static class CatalogMetrics
{
    private static readonly Meter Meter = new("Uitsmijter.Actors.Catalog");

    private static readonly Gauge<long> Entities = Meter.CreateGauge<long>(
        "uitsmijter.catalog.differences", "{entity}", "Tenants and clients of the catalog that are not what the files of this silo say.");

    /// <summary>Shows how many entities differ.</summary>
    public static void Differ(int entities) => Entities.Record(entities);
}
