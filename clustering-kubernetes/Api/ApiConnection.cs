namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>A client of an API server and the namespace the objects live in.</summary>
/// <param name="Client">The client.</param>
/// <param name="Host">Address of the API server.</param>
/// <param name="Namespace">The namespace.</param>
internal sealed record ApiConnection(k8s.Kubernetes Client, string Host, string Namespace) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Client.Dispose();
}
