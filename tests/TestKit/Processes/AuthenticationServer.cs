using System.Net;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>Our server as a person runs it: one process, or silo, gateway and Redis as separate ones.</summary>
public sealed class AuthenticationServer : IAsyncDisposable
{
    private readonly List<ChildProcess> _processes = [];

    private AuthenticationServer(Uri address) => Address = address;

    /// <summary>Loopback address of the (first) gateway.</summary>
    public Uri Address { get; }

    /// <summary>Loopback address of the (first) gateway's management port.</summary>
    public Uri Management { get; private init; } = null!;

    /// <summary>Ids of all its processes, Redis included.</summary>
    public IReadOnlyList<int> ProcessIds => [.. _processes.Select(static process => process.Id)];

    /// <summary>Processor time of all its processes, Redis included.</summary>
    public TimeSpan ProcessorTime => _processes.Aggregate(TimeSpan.Zero, static (sum, process) => sum + process.ProcessorTime);

    /// <summary>Resident memory of all its processes in bytes.</summary>
    public long ResidentBytes => _processes.Sum(static process => process.ResidentBytes);

    /// <summary>Everything its processes have printed.</summary>
    public string Output => string.Concat(_processes.Select(static process => process.Output));

    /// <summary>The one-process default over memory.</summary>
    /// <param name="directory">Folder with its configuration.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="program">Assembly and arguments of a program that serves as ours does; null for ours.</param>
    public static async Task<AuthenticationServer> Embedded(
        string directory, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string>? program = null)
    {
        var ports = Ports.Free(4);
        var server = new AuthenticationServer(new Uri($"http://127.0.0.1:{ports[0]}")) { Management = new Uri($"http://127.0.0.1:{ports[1]}") };
        await server.StartProcess(program ?? [Path.Combine(AppContext.BaseDirectory, "uitsmijter.dll")], directory, ports[0], settings, new()
        {
            ["ASPNETCORE_URLS"] = server.Address.ToString(),
            ["MANAGEMENT_PORT"] = Text(ports[1]),
            ["ORLEANS_SILO_PORT"] = Text(ports[2]),
            ["ORLEANS_GATEWAY_PORT"] = Text(ports[3]),
        });
        await server.IsReady();
        return server;
    }

    /// <summary>One silo and one gateway as processes of their own over a real Redis.</summary>
    public static async Task<AuthenticationServer> Separate(string directory, IReadOnlyDictionary<string, string> settings)
    {
        var ports = Ports.Free(6);
        var server = new AuthenticationServer(new Uri($"http://127.0.0.1:{ports[0]}")) { Management = new Uri($"http://127.0.0.1:{ports[5]}") };
        var scratch = System.IO.Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        server._processes.Add(await ChildProcess.Start(
            ChildProcess.Find("redis-server")!,
            ["--bind", "127.0.0.1", "--port", Text(ports[1]), "--save", "", "--appendonly", "no", "--dir", scratch],
            scratch,
            ports[1]));
        var shared = new Dictionary<string, string>(settings)
        {
            ["CLUSTERING"] = "redis",
            ["STORAGE"] = "redis",
            ["REDIS_URI"] = $"127.0.0.1:{ports[1]}",
            ["ORLEANS_ADVERTISED_IP"] = "127.0.0.1",
        };
        await server.StartProcess("Uitsmijter.Actors.Silo", directory, ports[4], shared, new()
        {
            ["MANAGEMENT_PORT"] = Text(ports[2]),
            ["ORLEANS_SILO_PORT"] = Text(ports[3]),
            ["ORLEANS_GATEWAY_PORT"] = Text(ports[4]),
        });
        await server.StartProcess("Uitsmijter.Actors.Gateway", directory, ports[0], shared, new()
        {
            ["ASPNETCORE_URLS"] = server.Address.ToString(),
            ["MANAGEMENT_PORT"] = Text(ports[5]),
        });
        await server.IsReady();
        return server;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Task StartProcess(string assembly, string directory, int port, IReadOnlyDictionary<string, string> settings, Dictionary<string, string> own) =>
        StartProcess([Path.Combine(AppContext.BaseDirectory, assembly + ".dll")], directory, port, settings, own);

    private async Task StartProcess(IReadOnlyList<string> program, string directory, int port, IReadOnlyDictionary<string, string> settings, Dictionary<string, string> own)
    {
        foreach (var (name, value) in settings)
        {
            own.TryAdd(name, value);
        }

        own["DIRECTORY"] = directory;
        var scratch = System.IO.Directory.CreateTempSubdirectory("uitsmijter-process-").FullName;
        _processes.Add(await ChildProcess.Start("dotnet", program, scratch, port, own));
    }

    private async Task IsReady()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answer = "";
        while (!patience.IsCancellationRequested)
        {
            using var response = await client.GetAsync(new Uri(Address, "/health/ready"), CancellationToken.None);
            if (response.StatusCode == HttpStatusCode.NoContent)
            {
                return;
            }

            answer = await response.Content.ReadAsStringAsync(CancellationToken.None);
            await Task.Delay(50, CancellationToken.None);
        }

        throw new InvalidOperationException("The server did not become ready: " + answer);
    }
}
