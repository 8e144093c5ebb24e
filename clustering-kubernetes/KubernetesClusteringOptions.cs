using k8s;

namespace Uitsmijter.Actors.Clustering.Kubernetes;

/// <summary>
/// Where membership is kept and how patient it is. Everything has a default: inside a cluster the pod's own service account and
/// namespace are used, elsewhere the current context of the kubeconfig.
/// </summary>
public sealed class KubernetesClusteringOptions
{
    /// <summary>Where Kubernetes puts the service account of a pod.</summary>
    public const string DefaultServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Namespace of the objects. Default null: the pod's own, else that of the kubeconfig's context, else <c>default</c>.</summary>
    public string? Namespace { get; set; }

    /// <summary>Folder with <c>token</c>, <c>ca.crt</c> and <c>namespace</c>. Default <see cref="DefaultServiceAccountDirectory"/>.</summary>
    public string ServiceAccountDirectory { get; set; } = DefaultServiceAccountDirectory;

    /// <summary>Path of a kubeconfig, which then wins over the service account. Default null: <c>KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    public string? KubeConfig { get; set; }

    /// <summary>Context of the kubeconfig. Default null: its current one.</summary>
    public string? KubeConfigContext { get; set; }

    /// <summary>Makes the client's configuration in place of all of the above but <see cref="Namespace"/>. Default null.</summary>
    public Func<KubernetesClientConfiguration>? CreateConfiguration { get; set; }

    /// <summary>How long one request may take. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one operation of the running silo or client is tried before Orleans hears of its failure and goes on with what it knows.
    /// Default 30 s. The start of a silo waits without end.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause between two tries, unless the API server asks for a longer one. Default 15 s.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(15);
}
