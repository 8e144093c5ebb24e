using System.Collections.Immutable;
using k8s;
using k8s.Models;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Resources;

/// <summary>The membership table of one cluster: all of it in one object, so that one conditional write changes a row and the version together.</summary>
internal sealed record OrleansCluster : IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc />
    public string ApiVersion { get; set; } = ResourceWords.ApiVersion;

    /// <inheritdoc />
    public string Kind { get; set; } = ResourceWords.Cluster;

    /// <inheritdoc />
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The table.</summary>
    public required Table Spec { get; init; }

    /// <summary>A table.</summary>
    internal sealed record Table
    {
        /// <summary><c>ClusterOptions.ClusterId</c>.</summary>
        public required string ClusterId { get; init; }

        /// <summary><c>ClusterOptions.ServiceId</c>.</summary>
        public required string ServiceId { get; init; }

        /// <summary>Grows by one with every change.</summary>
        public int Version { get; init; }

        /// <summary>How many silos are active; for people only.</summary>
        public int ActiveSilos { get; init; }

        /// <summary>The rows, one a silo.</summary>
        public ImmutableArray<SiloRow> Silos { get; init; } = [];
    }
}
