namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>A trouble we found ourselves, in the answer of a request that did not fail.</summary>
/// <param name="trouble">The trouble.</param>
internal sealed class ApiTroubleException(ApiTrouble trouble) : Exception(trouble.Sentence)
{
    /// <summary>The trouble.</summary>
    public ApiTrouble Trouble => trouble;
}
