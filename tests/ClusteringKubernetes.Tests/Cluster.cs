using System.Globalization;
using System.Net;
using Orleans;
using Orleans.Runtime;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>Two silos and a gateway of ours as processes of their own: members by Kubernetes, state in Redis, each with exactly the documented rights.</summary>
public sealed class Cluster(ApiServer server) : IAsyncLifetime
{
    private const string Tenant =
        """
        name: cheese
        config:
          hosts: [cookbooks.example.test]
          jwt_algorithm: ES256
          interceptor: { enabled: true, domain: login.example.test, cookie: .example.test }
          providers:
            - |
              class UserLoginProvider {
                constructor(credentials) { this.allowed = credentials.password === 'correct horse'; commit({ subject: credentials.username }); }
                get canLogin() { return this.allowed; }
                get userProfile() { return {}; }
                get role() { return 'user'; }
              }
            - |
              class UserValidationProvider { constructor(args) { commit(true); } get isValid() { return true; } }
        """;

    private readonly List<ServerProcess> _silos = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("uitsmijter-cluster-").FullName;
    private RedisServer? _redis;
    private ServerProcess? _gateway;
    private KubernetesAccount? _silo;
    private View? _view;

    /// <summary>A silo that ran last week and did not say goodbye.</summary>
    internal MembershipEntry Ghost { get; } = View.Silo(SiloStatus.Active, TimeSpan.FromDays(7));

    /// <summary>The table as a silo sees it.</summary>
    internal View View => _view!;

    /// <summary>The gateway.</summary>
    internal ServerProcess Gateway => _gateway!;

    /// <summary>The API server.</summary>
    internal Task<KubernetesServer> Server => server.Server;

    /// <summary>The silos that run.</summary>
    internal IReadOnlyList<ServerProcess> Silos => _silos;

    /// <summary>Everything its processes have printed.</summary>
    internal string Output => string.Join('\n', _silos.Append(Gateway).Select(static process => process.Output));

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (KubernetesServer.MissingPart is not null || !RedisServer.IsInstalled)
        {
            return;
        }

        var configurations = Directory.CreateDirectory(Path.Combine(_directory, "Resources", "Configurations", "Tenants")).FullName;
        await File.WriteAllTextAsync(Path.Combine(configurations, "cheese.yaml"), Tenant);
        _redis = await RedisServer.Start();
        _silo = await server.SiloAccount();
        var client = await (await server.Server).Account("client", await File.ReadAllTextAsync(Path.Combine(_silo.Folder, "namespace")));
        await server.Allow(client, ApiServer.Rules[1]);
        _view = await new View(_silo.KubeConfig(), "uitsmijter", "uitsmijter").Open();
        await _view.Insert(Ghost);
        await StartSilo();
        await StartSilo();
        _gateway = ServerProcess.Start("Uitsmijter.Actors.Gateway", Settings(client.KubeConfig(), _redis.Address));
        foreach (var process in _silos.Append(_gateway))
        {
            using var ready = await process.Answers("/health/ready", HttpStatusCode.NoContent);
        }
    }

    /// <summary>Settings of a process.</summary>
    /// <param name="kubeConfig">Its account.</param>
    /// <param name="redis">Where its state is.</param>
    public Dictionary<string, string> Settings(string kubeConfig, string redis) => new()
    {
        ["CLUSTERING"] = "kubernetes",
        ["STORAGE"] = "redis",
        ["REDIS_URI"] = redis,
        ["KUBECONFIG"] = kubeConfig,
        ["KUBERNETES_SERVICE_HOST"] = "",
        ["ORLEANS_ADVERTISED_IP"] = "127.0.0.1",
        ["JWT_SECRET"] = "forTestingPurposesOnly-and-long-enough",
        ["KEY_ENCRYPTION_SECRET"] = "a secret for the tests of this project only",
        ["DIRECTORY"] = _directory,
    };

    /// <summary>Starts one more silo.</summary>
    internal Task StartSilo()
    {
        var ports = Ports.Free(2);
        var settings = Settings(_silo!.KubeConfig(), _redis!.Address);
        settings["ORLEANS_SILO_PORT"] = ports[0].ToString(CultureInfo.InvariantCulture);
        settings["ORLEANS_GATEWAY_PORT"] = ports[1].ToString(CultureInfo.InvariantCulture);
        _silos.Add(ServerProcess.Start("Uitsmijter.Actors.Silo", settings));
        return Task.CompletedTask;
    }

    /// <summary>Takes the oldest silo out.</summary>
    internal ServerProcess TakeSilo()
    {
        var silo = _silos[0];
        _silos.RemoveAt(0);
        return silo;
    }

    /// <summary>Logs a new person in and asks whether they may see an application.</summary>
    /// <returns>The gateway's answers: to the login, and to the proxy's question.</returns>
    internal async Task<(HttpStatusCode LogIn, HttpStatusCode Ask)> LogIn()
    {
        using var visitor = new Visitor((await Gateway.Addresses())[0]);
        using var login = await visitor.LogIn("login.example.test", "https://cookbooks.example.test/", $"ada-{Guid.NewGuid():N}@example.com", "correct horse");
        using var answer = await visitor.Ask("traefik", "cookbooks.example.test");
        return (login.StatusCode, answer.StatusCode);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _view?.Dispose();
        foreach (var process in _silos.Append(_gateway).OfType<ServerProcess>())
        {
            await process.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
