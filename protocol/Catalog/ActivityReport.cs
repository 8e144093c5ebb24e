using Orleans;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What one process counted about a tenant or client since its last report. Sent again under the same number until it is acknowledged.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.activity-report")]
public sealed record ActivityReport
{
    /// <summary>Random id of the process.</summary>
    [Id(0)] public required string Source { get; init; }

    /// <summary>Number of the report, rising.</summary>
    [Id(1)] public required long Number { get; init; }

    /// <summary>Sessions that began.</summary>
    [Id(2)] public long Begun { get; init; }

    /// <summary>Sessions that ended.</summary>
    [Id(3)] public long Ended { get; init; }

    /// <summary>Attempts that were refused.</summary>
    [Id(4)] public long Denied { get; init; }

    /// <summary>When a session began last; null for none.</summary>
    [Id(5)] public DateTimeOffset? LastUse { get; init; }

    /// <summary>When an attempt was refused last; null for none.</summary>
    [Id(6)] public DateTimeOffset? LastDenied { get; init; }
}
