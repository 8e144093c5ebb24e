using k8s;
using k8s.Models;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Resources;

/// <summary>The last sign of life of one silo.</summary>
internal sealed record OrleansHeartbeat : IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc />
    public string ApiVersion { get; set; } = ResourceWords.ApiVersion;

    /// <inheritdoc />
    public string Kind { get; set; } = ResourceWords.Heartbeat;

    /// <inheritdoc />
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The sign.</summary>
    public required Sign Spec { get; init; }

    /// <summary>A sign of life.</summary>
    /// <param name="ClusterId">The silo's cluster.</param>
    /// <param name="Silo">The silo.</param>
    /// <param name="AliveTime">When it was alive.</param>
    internal sealed record Sign(string ClusterId, string Silo, string AliveTime);

    /// <summary>Part of all heartbeats of a cluster.</summary>
    /// <param name="Items">The heartbeats.</param>
    /// <param name="Metadata">Where the list goes on.</param>
    internal sealed record Page(IList<OrleansHeartbeat> Items, V1ListMeta? Metadata);
}
