using System.Diagnostics;
using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>Ours in both ways to run it, and the peers, all with the same algorithm.</summary>
internal sealed class Contestants : IAsyncDisposable
{
    /// <summary>One process over memory.</summary>
    public const string Embedded = "ours, embedded";

    /// <summary>Silo, gateway and Redis.</summary>
    public const string OverRedis = "ours, over Redis";

    /// <summary>OpenIddict without fsync and without a stretched client secret.</summary>
    public const string OpenIddictTuned = "OpenIddict, tuned";

    /// <summary>OpenIddict as documented.</summary>
    public const string OpenIddictDefault = "OpenIddict, default";

    /// <summary>node oidc-provider with its in-memory adapter.</summary>
    public const string OidcProvider = "oidc-provider";

    private readonly List<IAsyncDisposable> _processes = [];
    private readonly List<Running> _all = [];

    private Contestants()
    {
    }

    /// <summary>Those that could be started.</summary>
    public IReadOnlyList<Running> All => _all;

    /// <summary>Starts everything. What is not installed is said and left out.</summary>
    /// <param name="algorithm">ES256 or RS256.</param>
    public static async Task<Contestants> Start(string algorithm)
    {
        var contestants = new Contestants();
        contestants.AddOurs(Embedded, algorithm, await Town.Start(NewDirectory()));
        if (RedisServer.IsInstalled)
        {
            contestants.AddOurs(OverRedis, algorithm, await Town.StartOverRedis(NewDirectory()));
        }
        else
        {
            await Console.Error.WriteLineAsync("redis-server is not installed: nothing is measured over Redis.");
        }

        await contestants.AddOpenIddict(OpenIddictTuned, algorithm, "tuned");
        await contestants.AddOpenIddict(OpenIddictDefault, algorithm, "default");
        await contestants.AddOidcProvider(algorithm);
        return contestants;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    private void AddOurs(string name, string algorithm, AuthenticationServer server)
    {
        _processes.Add(server);
        _all.Add(new Running(new Contestant { Name = name, Port = server.Address.Port, ClientId = Town.Client(algorithm), Host = Town.Host(algorithm) }, () => server.ProcessorTime));
    }

    private async Task AddOpenIddict(string name, string algorithm, string variant)
    {
        var port = Ports.Free(1)[0];
        var process = await ChildProcess.Start("dotnet", [typeof(Contestants).Assembly.Location, "openiddict", Text(port), algorithm, variant], NewDirectory(), port);
        _processes.Add(process);
        _all.Add(new Running(new Contestant { Name = name, Port = port }, () => process.ProcessorTime));
    }

    private async Task AddOidcProvider(string algorithm)
    {
        if (ChildProcess.Find("node") is not { } node || ChildProcess.Find("npm") is not { } npm)
        {
            await Console.Error.WriteLineAsync("node or npm is not installed: oidc-provider is not measured.");
            return;
        }

        var directory = NewDirectory();
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Benchmarks", "Peers", "oidc-provider")))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        using (var install = Process.Start(new ProcessStartInfo(npm, ["ci", "--no-audit", "--no-fund", "--silent"]) { WorkingDirectory = directory })!)
        {
            await install.WaitForExitAsync();
        }

        var port = Ports.Free(1)[0];
        var process = await ChildProcess.Start(node, ["server.mjs", Text(port), algorithm], directory, port, new Dictionary<string, string> { ["NODE_ENV"] = "production" });
        _processes.Add(process);
        var server = new Contestant { Name = OidcProvider, Port = port, AuthorizePath = "/auth", IntrospectPath = "/token/introspection", Resource = "https://api.bench.test" };
        _all.Add(new Running(server, () => process.ProcessorTime));
    }

    private static string NewDirectory() => Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
