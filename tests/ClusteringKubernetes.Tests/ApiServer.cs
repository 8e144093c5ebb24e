[assembly: AssemblyFixture(typeof(Uitsmijter.Actors.ClusteringKubernetes.Tests.ApiServer))]

// The one API server is stopped and refuses things in some tests.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>The API server of all tests, with our resource definitions; started when first asked for. Every test has a namespace of its own.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private static int _namespaces;
    private readonly Lazy<Task<KubernetesServer>> _server = new(Start);

    /// <summary>The resource definitions, as they are shipped.</summary>
    public static string Definitions { get; } = string.Join("\n---\n", Directory.GetFiles(Path.Combine(Repository.Root, "clustering-kubernetes", "crds")).Select(File.ReadAllText));

    /// <summary>The documented rules: of silos, then of clients.</summary>
    public static string[] Rules { get; } = Repository.Blocks("clustering-kubernetes/README.md", "yaml");

    /// <summary>The server; a test that asks for it skips, and says so, where there is none.</summary>
    public Task<KubernetesServer> Server
    {
        get
        {
            Assert.SkipWhen(KubernetesServer.MissingPart is not null, $"no Kubernetes API server: {KubernetesServer.MissingPart}");
            return _server.Value;
        }
    }

    /// <summary>A new namespace.</summary>
    public async Task<string> Namespace()
    {
        var name = $"test-{Interlocked.Increment(ref _namespaces)}";
        await (await Server).Namespace(name);
        return name;
    }

    /// <summary>A namespace with an account that has exactly the documented rights of a silo.</summary>
    public async Task<KubernetesAccount> SiloAccount()
    {
        var account = await (await Server).Account("silo", await Namespace());
        await Allow(account);
        return account;
    }

    /// <summary>Binds the documented rules of silos to an account.</summary>
    /// <param name="account">The account <c>silo</c>.</param>
    /// <param name="rules">Which rules; null for those of silos.</param>
    public async Task Allow(KubernetesAccount account, string? rules = null)
    {
        var name = await File.ReadAllTextAsync(Path.Combine(account.Folder, "namespace"));
        await (await Server).Apply((rules ?? Rules[0]).Replace("MY-NAMESPACE", name, StringComparison.Ordinal), name);
    }

    /// <inheritdoc />
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            await _server.Value.Result.DisposeAsync();
        }
    }

    private static async Task<KubernetesServer> Start()
    {
        var server = await KubernetesServer.Start();
        await server.Apply(Definitions);
        await server.Kubectl("", "wait", "--for=condition=established", "--timeout=60s", "crd/orleansclusters.orleans.uitsmijter.io", "crd/orleansheartbeats.orleans.uitsmijter.io");
        return server;
    }
}
