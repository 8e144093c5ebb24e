using Uitsmijter.Actors.Clustering.Kubernetes.Resources;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>What is asked of the API server, in the words of a Role.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Resource">The resource.</param>
internal readonly record struct ApiRequest(string Verb, string Resource)
{
    /// <summary>Reads the membership table.</summary>
    public static readonly ApiRequest ReadCluster = new("get", ResourceWords.Clusters);

    /// <summary>Makes the membership table.</summary>
    public static readonly ApiRequest CreateCluster = new("create", ResourceWords.Clusters);

    /// <summary>Writes the membership table.</summary>
    public static readonly ApiRequest ReplaceCluster = new("update", ResourceWords.Clusters);

    /// <summary>Deletes the membership table; no silo does it by itself.</summary>
    public static readonly ApiRequest DeleteCluster = new("delete", ResourceWords.Clusters);

    /// <summary>Reads all signs of life.</summary>
    public static readonly ApiRequest ListHeartbeats = new("list", ResourceWords.Heartbeats);

    /// <summary>Writes the first sign of life.</summary>
    public static readonly ApiRequest CreateHeartbeat = new("create", ResourceWords.Heartbeats);

    /// <summary>Writes a sign of life.</summary>
    public static readonly ApiRequest PatchHeartbeat = new("patch", ResourceWords.Heartbeats);

    /// <summary>Deletes the sign of life of a silo that is gone.</summary>
    public static readonly ApiRequest DeleteHeartbeat = new("delete", ResourceWords.Heartbeats);

    /// <summary>Everything a silo has to be allowed.</summary>
    public static readonly ApiRequest[] OfSilos = [ReadCluster, CreateCluster, ReplaceCluster, ListHeartbeats, CreateHeartbeat, PatchHeartbeat, DeleteHeartbeat];

    /// <inheritdoc />
    public override string ToString() => $"{Verb} {Resource}";
}
