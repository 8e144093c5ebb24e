using System.Collections.Immutable;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Resources;

/// <summary>One silo of the membership table. Times are text, because the client library cuts instants to microseconds.</summary>
internal sealed record SiloRow
{
    /// <summary>Address, port and generation.</summary>
    public required string Address { get; init; }

    /// <summary>Name of a <see cref="SiloStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Name of the silo.</summary>
    public string? Name { get; init; }

    /// <summary>Name of its host: in Kubernetes the pod.</summary>
    public string? HostName { get; init; }

    /// <summary>Name of its program.</summary>
    public string? RoleName { get; init; }

    /// <summary>Port for clients; 0 where the silo takes none.</summary>
    public int ProxyPort { get; init; }

    /// <summary>Its update zone.</summary>
    public int UpdateZone { get; init; }

    /// <summary>Its fault zone.</summary>
    public int FaultZone { get; init; }

    /// <summary>When it started.</summary>
    public required string StartTime { get; init; }

    /// <summary>Its last sign of life when the row was written.</summary>
    public required string AliveTime { get; init; }

    /// <summary>Votes that it is dead.</summary>
    public ImmutableArray<Suspicion> Suspicions { get; init; } = [];
}
