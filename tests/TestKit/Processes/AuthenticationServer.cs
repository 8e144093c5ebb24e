using System.Net;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>Our server as a person runs it: one process, or silo, gateway and Redis as separate ones.</summary>
public sealed class AuthenticationServer : IAsyncDisposable
{
    private readonly List<ChildProcess> _processes = [];

    private readonly List<ChildProcess> _silos = [];
    private readonly List<Uri> _siloManagements = [];
    private ChildProcess? _redis;
    private string _directory = "";
    private Dictionary<string, string> _shared = new Dictionary<string, string>();

    private AuthenticationServer(Uri address) => (Address, Gateways) = (address, [address]);

    /// <summary>Loopback address of the (first) gateway.</summary>
    public Uri Address { get; }

    /// <summary>Loopback address of the (first) gateway's management port.</summary>
    public Uri Management { get; private init; } = null!;

    /// <summary>The management listeners of silos that are processes of their own, in the order they were started.</summary>
    public IReadOnlyList<Uri> SiloManagements => _siloManagements;

    /// <summary>Loopback addresses of all gateways.</summary>
    public IReadOnlyList<Uri> Gateways { get; private init; }

    /// <summary>Ids of all its processes, Redis included.</summary>
    public IReadOnlyList<int> ProcessIds => [.. _processes.Select(static process => process.Id)];

    /// <summary>Address of its Redis; null where there is none.</summary>
    public string? Redis => _shared.GetValueOrDefault("REDIS_URI");

    /// <summary>Resident memory of its silos in bytes; nothing where they are no processes of their own.</summary>
    public long SiloBytes => _silos.Sum(static silo => silo.ResidentBytes);

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
    /// <inheritdoc cref="Embedded" path="/param"/>
    public static Task<AuthenticationServer> Separate(string directory, IReadOnlyDictionary<string, string> settings) => Separate(directory, settings, silos: 1, gateways: 1);

    /// <summary>Silos and gateways as processes of their own over a real Redis.</summary>
    /// <param name="directory">Folder with their configuration.</param>
    /// <param name="settings">Their environment.</param>
    /// <param name="silos">How many silos.</param>
    /// <param name="gateways">How many gateways.</param>
    public static async Task<AuthenticationServer> Separate(string directory, IReadOnlyDictionary<string, string> settings, int silos, int gateways)
    {
        var ports = Ports.Free(1 + (2 * gateways));
        var addresses = ports[1..].Select(static port => new Uri($"http://127.0.0.1:{port}")).ToArray();
        var server = new AuthenticationServer(addresses[0]) { Management = addresses[gateways], Gateways = addresses[..gateways] };
        var scratch = System.IO.Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        server._processes.Add(server._redis = await ChildProcess.Start(
            ChildProcess.Find("redis-server")!,
            ["--bind", "127.0.0.1", "--port", Text(ports[0]), "--save", "", "--appendonly", "no", "--dir", scratch],
            scratch,
            ports[0]));
        server._directory = directory;
        server._shared = new Dictionary<string, string>(settings)
        {
            ["CLUSTERING"] = "redis",
            ["STORAGE"] = "redis",
            ["REDIS_URI"] = $"127.0.0.1:{ports[0]}",
            ["ORLEANS_ADVERTISED_IP"] = "127.0.0.1",
        };
        for (var silo = 0; silo < silos; silo++)
        {
            await server.StartSilo();
        }

        for (var gateway = 0; gateway < gateways; gateway++)
        {
            await server.StartProcess("Uitsmijter.Actors.Gateway", directory, ports[1 + gateway], server._shared, new()
            {
                ["ASPNETCORE_URLS"] = addresses[gateway].ToString(),
                ["MANAGEMENT_PORT"] = Text(ports[1 + gateways + gateway]),
            });
        }

        await server.IsReady();
        return server;
    }

    /// <summary>Starts one more silo.</summary>
    public async Task StartSilo()
    {
        var ports = Ports.Free(3);
        _siloManagements.Add(new Uri($"http://127.0.0.1:{ports[0]}"));
        _silos.Add(await StartProcess("Uitsmijter.Actors.Silo", _directory, ports[2], _shared, new()
        {
            ["MANAGEMENT_PORT"] = Text(ports[0]),
            ["ORLEANS_SILO_PORT"] = Text(ports[1]),
            ["ORLEANS_GATEWAY_PORT"] = Text(ports[2]),
        }));
    }

    /// <summary>Ends the silo that was started first, without warning (SIGKILL).</summary>
    public async Task KillSilo()
    {
        var silo = _silos[0];
        _silos.RemoveAt(0);
        await silo.Kill();
    }

    /// <summary>Stops Redis for a while (SIGSTOP, SIGCONT): connections stay, answers do not come.</summary>
    /// <param name="time">How long.</param>
    public async Task PauseRedis(TimeSpan time)
    {
        await _redis!.Signal("STOP");
        try
        {
            await Task.Delay(time);
        }
        finally
        {
            await _redis.Signal("CONT");
        }
    }

    /// <summary>Closes every connection to Redis from Redis' end: whoever waits for an answer never learns whether it was done.</summary>
    public async Task DropRedisConnections()
    {
        var address = _shared["REDIS_URI"].Split(':');
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(address[0], int.Parse(address[1], System.Globalization.CultureInfo.InvariantCulture));
        await using var stream = connection.GetStream();
        await stream.WriteAsync("CLIENT KILL TYPE normal SKIPME yes\r\n"u8.ToArray());
        await stream.ReadExactlyAsync(new byte[1]);
    }

    /// <summary>Waits until every gateway is ready.</summary>
    public async Task IsReady()
    {
        foreach (var gateway in Gateways)
        {
            await IsReady(gateway);
        }
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

    private Task<ChildProcess> StartProcess(string assembly, string directory, int port, IReadOnlyDictionary<string, string> settings, Dictionary<string, string> own) =>
        StartProcess([Path.Combine(AppContext.BaseDirectory, assembly + ".dll")], directory, port, settings, own);

    private async Task<ChildProcess> StartProcess(IReadOnlyList<string> program, string directory, int port, IReadOnlyDictionary<string, string> settings, Dictionary<string, string> own)
    {
        foreach (var (name, value) in settings)
        {
            own.TryAdd(name, value);
        }

        own["DIRECTORY"] = directory;
        var scratch = System.IO.Directory.CreateTempSubdirectory("uitsmijter-process-").FullName;
        var process = await ChildProcess.Start("dotnet", program, scratch, port, own);
        _processes.Add(process);
        return process;
    }

    private static async Task IsReady(Uri gateway)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var answer = "";
        while (!patience.IsCancellationRequested)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(gateway, "/health/ready"), CancellationToken.None);
                if (response.StatusCode == HttpStatusCode.NoContent)
                {
                    return;
                }

                answer = await response.Content.ReadAsStringAsync(CancellationToken.None);
            }
            catch (HttpRequestException failure)
            {
                // It listens before it serves, and may turn a caller away in between.
                answer = failure.Message;
            }

            await Task.Delay(50, CancellationToken.None);
        }

        throw new InvalidOperationException("The server did not become ready: " + answer);
    }
}
