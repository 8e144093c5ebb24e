using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Authentication;
using Microsoft.Extensions.Options;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>
/// Opens the connection when it is first needed and anew when its credential no longer works: tokens, certificates and the authority of
/// the API server are all replaced on disk while a process lives.
/// </summary>
/// <param name="options">The options.</param>
internal sealed class ApiConnections(IOptions<KubernetesClusteringOptions> options) : IDisposable
{
    private const string DefaultNamespace = "default";
    private readonly KubernetesClusteringOptions _options = options.Value;
    private readonly Lock _lock = new();
    private ApiConnection? _current;
    private bool _isDisposed;

    /// <summary>The connection.</summary>
    /// <exception cref="KubernetesClusteringException">There is no usable configuration.</exception>
    public ApiConnection Current()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _current ??= Open();
        }
    }

    /// <summary>Gives a connection up: the next one reads the configuration anew.</summary>
    /// <param name="connection">The connection that failed; another one that was opened meanwhile stays.</param>
    public void Renew(ApiConnection? connection)
    {
        lock (_lock)
        {
            if (connection is null || _current != connection)
            {
                return;
            }

            _current = null;
        }

        connection.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _current?.Dispose();
            _current = null;
        }
    }

    private ApiConnection Open()
    {
        KubernetesClientConfiguration configuration;
        try
        {
            configuration = _options.CreateConfiguration?.Invoke() ?? (IsInCluster ? InCluster() : FromKubeConfig());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new KubernetesClusteringException(
                $"there is neither a usable service account in {_options.ServiceAccountDirectory} nor a usable kubeconfig: run in a pod with a service account, or set KUBECONFIG ({exception.Message})",
                exception);
        }

        // Each request has its own limit (Patience); and over HTTP/1.1 one that ran into it takes its dead connection along, while a
        // shared HTTP/2 connection that leads nowhere any more would be used for minutes.
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        configuration.DisableHttp2 = true;
        var name = _options.Namespace ?? (string.IsNullOrWhiteSpace(configuration.Namespace) ? DefaultNamespace : configuration.Namespace);
        return new ApiConnection(new k8s.Kubernetes(configuration), configuration.Host, name);
    }

    private static string? ServiceHost => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");

    private bool IsInCluster => _options.KubeConfig is null && !string.IsNullOrEmpty(ServiceHost) && File.Exists(Of("token"));

    // As the client library does, but from any folder.
    private KubernetesClientConfiguration InCluster()
    {
        var host = ServiceHost!.Contains(':', StringComparison.Ordinal) ? $"[{ServiceHost}]" : ServiceHost;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Of("ca.crt"));
        var configuration = new KubernetesClientConfiguration
        {
            Host = $"https://{host}:{Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") ?? "443"}",
            SslCaCerts = authorities,
            TokenProvider = new TokenFileAuth(Of("token")),
        };
        if (File.Exists(Of("namespace")))
        {
            configuration.Namespace = File.ReadAllText(Of("namespace")).Trim();
        }

        return configuration;
    }

    private string Of(string file) => Path.Combine(_options.ServiceAccountDirectory, file);

    private KubernetesClientConfiguration FromKubeConfig()
    {
        var path = _options.KubeConfig ?? Environment.GetEnvironmentVariable("KUBECONFIG");
        return KubernetesClientConfiguration.BuildConfigFromConfigFile(string.IsNullOrWhiteSpace(path) ? null : path, _options.KubeConfigContext);
    }
}
