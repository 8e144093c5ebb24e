using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>The configuration the benchmarks run on: three tenants that are measured, and as many others as wanted.</summary>
internal static class Town
{
    /// <summary><c>JWT_SECRET</c> and <c>KEY_ENCRYPTION_SECRET</c> of the measured server.</summary>
    public const string Secret = "a secret for benchmarks of this project only";

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["JWT_SECRET"] = Secret,
        ["KEY_ENCRYPTION_SECRET"] = Secret,
        ["LOG_LEVEL"] = "warning",
    };

    /// <summary>As the image and <c>dotnet run</c> start the one process (docs/operations.md).</summary>
    private static readonly Dictionary<string, string> EmbeddedSettings = new(Settings) { ["DOTNET_GCgen0size"] = "0x2000000" };

    private const string Providers =
        """
            - |
              class UserLoginProvider {
                constructor(credentials) { this.name = credentials.username; commit({ subject: this.name }); }
                get canLogin() { return true; }
                get userProfile() { return { email: this.name }; }
                get role() { return 'user'; }
              }
            - |
              class UserValidationProvider { constructor(args) { commit(true); } get isValid() { return true; } }
        """;

    /// <summary>The algorithms that are measured; the host of each tenant starts with its lower-case name.</summary>
    public static readonly string[] Algorithms = ["HS256", "RS256", "ES256"];

    /// <summary>Application host of a measured tenant.</summary>
    public static string Host(string algorithm) => $"{algorithm.ToLowerInvariant()}.bench.test";

    /// <summary>The <c>client_id</c> of a measured tenant's client.</summary>
    public static string Client(string algorithm) => $"6b1a3f4c-0000-4000-8000-0000000be{Array.IndexOf(Algorithms, algorithm):D3}";

    /// <summary>Starts a server with the measured tenants and many others.</summary>
    /// <param name="directory">An empty folder for its configuration.</param>
    /// <param name="otherTenants">How many tenants beside the measured ones.</param>
    /// <param name="otherClients">How many clients they have together.</param>
    /// <param name="measuring">The file of <see cref="SessionMemory.Serve"/>, for a server that tells its live memory; null for the program as it is.</param>
    public static async Task<AuthenticationServer> Start(string directory, int otherTenants = 0, int otherClients = 0, string? measuring = null)
    {
        Write(directory, otherTenants, otherClients);
        return await Serve(directory, measuring);
    }

    /// <summary>Starts a server on a folder that is written already.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="measuring">As at <see cref="Start"/>.</param>
    public static Task<AuthenticationServer> Serve(string directory, string? measuring = null) =>
        AuthenticationServer.Embedded(directory, EmbeddedSettings, measuring is null ? null : [typeof(Town).Assembly.Location, "measured-server", measuring]);

    /// <summary>Starts silo, gateway and Redis with the measured tenants.</summary>
    /// <param name="directory">An empty folder for its configuration.</param>
    public static Task<AuthenticationServer> StartOverRedis(string directory)
    {
        Write(directory, otherTenants: 0, otherClients: 0);
        return AuthenticationServer.Separate(directory, Settings);
    }

    /// <summary>Starts silos, one gateway and Redis with the measured tenants.</summary>
    /// <param name="directory">An empty folder for its configuration.</param>
    /// <param name="silos">How many.</param>
    /// <param name="counts">Folder where each process tells how many messages left it (<c>tests/Benchmarks.Messages</c>); null for processes as they are.</param>
    public static Task<AuthenticationServer> StartSilos(string directory, int silos, string? counts = null)
    {
        Write(directory, otherTenants: 0, otherClients: 0);
        var settings = counts is null ? Settings : new Dictionary<string, string>(Settings)
        {
            ["UITSMIJTER_COUNTS"] = counts,
            ["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "Uitsmijter.Actors.Benchmarks.Messages.dll"),
        };
        return AuthenticationServer.Separate(directory, settings, silos, gateways: 1);
    }

    /// <summary>Writes the measured tenants and many others into a folder.</summary>
    /// <inheritdoc cref="Start" path="/param"/>
    public static void Write(string directory, int otherTenants, int otherClients)
    {
        var tenants = Tenants(directory);
        var clients = Directory.CreateDirectory(Path.Combine(directory, "Resources", "Configurations", "Clients")).FullName;
        foreach (var algorithm in Algorithms)
        {
            File.WriteAllText(Path.Combine(tenants, algorithm + ".yaml"), Tenant(algorithm.ToLowerInvariant(), Host(algorithm), algorithm));
            File.WriteAllText(Path.Combine(clients, algorithm + ".yaml"), MeasuredClient(algorithm));
        }

        for (var number = 0; number < otherTenants; number++)
        {
            File.WriteAllText(Path.Combine(tenants, $"t{number}.yaml"), Tenant($"t{number}", $"t{number}.town.test", "HS256"));
        }

        for (var number = 0; number < otherClients; number++)
        {
            File.WriteAllText(
                Path.Combine(clients, $"c{number}.yaml"),
                $"name: c{number}\nconfig:\n  ident: 00000000-0000-4000-8000-{number:D12}\n  tenantname: t{number % Math.Max(1, otherTenants)}\n  redirect_urls: ['https://t{number}\\.town\\.test/back']\n");
        }
    }

    /// <summary>Writes, or replaces, the file of one more tenant.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="name">Its name.</param>
    /// <param name="host">Its host.</param>
    public static void WriteTenant(string directory, string name, string host) =>
        File.WriteAllText(Path.Combine(Tenants(directory), name + ".yaml"), Tenant(name, host, "HS256"));

    /// <summary>Logs a person in and gives the login cookie.</summary>
    public static async Task<string> LogIn(AuthenticationServer server, string algorithm, string person)
    {
        using var visitor = new Visitor(server.Address);
        using var answer = await visitor.LogIn(Host(algorithm), $"https://{Host(algorithm)}/", person, "any");
        return visitor.LoginCookie ?? throw new InvalidOperationException($"No login for {algorithm}: {(int)answer.StatusCode}");
    }

    private static string Tenants(string directory) =>
        Directory.CreateDirectory(Path.Combine(directory, "Resources", "Configurations", "Tenants")).FullName;

    private static string MeasuredClient(string algorithm) =>
        $$"""
        name: bench-{{algorithm}}
        config:
          ident: {{Client(algorithm)}}
          tenantname: {{algorithm.ToLowerInvariant()}}
          secret: {{OAuth.Contestant.Secret}}
          redirect_urls: ['^https://app\.bench\.test/callback$']
          grant_types: [authorization_code, refresh_token, client_credentials]
          scopes: [openid, offline_access, read]
        """;

    private static string Tenant(string name, string host, string algorithm) =>
        $$"""
        name: {{name}}
        config:
          hosts: [{{host}}]
          jwt_algorithm: {{algorithm}}
          interceptor: { enabled: true, domain: {{host}}, headers: { X-User-Email: profile.email } }
          providers:
        {{Providers}}
        """;
}
