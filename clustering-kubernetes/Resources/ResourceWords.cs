namespace Uitsmijter.Actors.Clustering.Kubernetes.Resources;

/// <summary>Words of the custom resources, as <c>crds/</c> defines them.</summary>
internal static class ResourceWords
{
    /// <summary>API group of both resources.</summary>
    public const string Group = "orleans.uitsmijter.io";

    /// <summary>Their version.</summary>
    public const string Version = "v1";

    /// <summary><c>apiVersion</c> of both.</summary>
    public const string ApiVersion = Group + "/" + Version;

    /// <summary>Kind of a membership table.</summary>
    public const string Cluster = "OrleansCluster";

    /// <summary>Plural of <see cref="Cluster"/> in addresses and rules.</summary>
    public const string Clusters = "orleansclusters";

    /// <summary>Kind of a sign of life.</summary>
    public const string Heartbeat = "OrleansHeartbeat";

    /// <summary>Plural of <see cref="Heartbeat"/> in addresses and rules.</summary>
    public const string Heartbeats = "orleansheartbeats";

    /// <summary>Label of a heartbeat: the name of the cluster's object.</summary>
    public const string ClusterLabel = Group + "/cluster";

    /// <summary>Who wrote a field, as the API server records it.</summary>
    public const string Writer = "orleans-membership";
}
