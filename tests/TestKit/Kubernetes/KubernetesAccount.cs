using System.Globalization;

namespace Uitsmijter.Actors.TestKit.Kubernetes;

/// <summary>A service account with its token.</summary>
/// <param name="folder">Its folder: <c>token</c>, <c>ca.crt</c> and <c>namespace</c>, as a pod sees them.</param>
/// <param name="write">Writes a kubeconfig with its token for an address to a path.</param>
/// <param name="server">Address of the API server.</param>
public sealed class KubernetesAccount(string folder, Action<Uri, string> write, Uri server)
{
    /// <summary>Its folder: <c>token</c>, <c>ca.crt</c> and <c>namespace</c>, as a pod sees them.</summary>
    public string Folder => folder;

    /// <summary>The environment of a pod, but for its folder.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["KUBERNETES_SERVICE_HOST"] = server.Host,
        ["KUBERNETES_SERVICE_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Path of a kubeconfig with its token.</summary>
    /// <param name="at">Where to; null for the API server itself.</param>
    public string KubeConfig(Uri? at = null)
    {
        var path = Path.Combine(folder, $"{(at ?? server).Port}.kubeconfig");
        write(at ?? server, path);
        return path;
    }
}
