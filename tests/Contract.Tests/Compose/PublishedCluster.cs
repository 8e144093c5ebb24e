using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>
/// The services of <c>docker-compose.yml</c> without containers: the output of the Dockerfile's <c>dotnet publish</c>, started by its ENTRYPOINT with the environment of
/// image and service, as the image's user in a working directory nobody may write to, over a real Redis that the mounted script starts. The test's own are addresses
/// and ports. Published is what is already built, for no particular platform: compiling it ahead of time for one, as the Dockerfile does, takes minutes.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PublishedCluster : IAsyncDisposable
{
    /// <summary>What <c>.env</c> says.</summary>
    public static readonly Dictionary<string, string> Filled = new()
    {
        ["JWT_SECRET"] = "a-secret-of-a-test-that-signs-tokens-0123456789",
        ["KEY_ENCRYPTION_SECRET"] = "a-secret-of-a-test-that-encrypts-keys-0123456789",
        ["REDIS_PASSWORD"] = "a-password-nobody-may-read-in-a-log",
        ["DOCKER_GROUP"] = "999",
    };

    private const string User = "1654";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly ComposeFile _file = new();
    private readonly ImageFile _images = new();
    private readonly int[] _ports = Ports.Free(7);
    private readonly List<ChildProcess> _processes = [];
    private readonly string _configuration = Scratch("configuration");

    /// <summary>Where the gateway listens.</summary>
    public Uri Gateway => new($"http://127.0.0.1:{_ports[5]}");

    /// <summary>Everything our processes printed.</summary>
    public string Output => string.Concat(_processes.Skip(1).Select(static process => process.Output));

    /// <summary>The folders the programs were started in.</summary>
    public IEnumerable<string> WorkingDirectories => _processes.Skip(1).Select(static process => process.Directory);

    /// <summary>The effective users of our processes, as the kernel tells them.</summary>
    public IEnumerable<string> Users => _processes.Skip(1)
        .Select(static process => File.ReadLines($"/proc/{process.Id}/status").First(static line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2]);

    /// <summary>Publishes and starts Redis, a silo and a gateway, and waits until both are ready.</summary>
    public static async Task<PublishedCluster> Start()
    {
        var cluster = new PublishedCluster();
        try
        {
            await cluster.StartRedis();
            cluster.CopyConfiguration();
            await cluster.StartProgram("silo-1", cluster._ports[1], [("ORLEANS_SILO_PORT", 2), ("ORLEANS_GATEWAY_PORT", 3)]);
            await IsReady(cluster._ports[1]);

            // Compose starts both at once; a gateway that comes first says that it waits, and a test that looks for errors would find it.
            await cluster.StartProgram("gateway-1", cluster._ports[4], []);
            await IsReady(cluster._ports[4]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks Redis one thing as its command line does.</summary>
    /// <param name="login">User and password, or none.</param>
    /// <param name="command">The command.</param>
    public async Task<string> AskRedis(string[] login, params string[] command)
    {
        var start = new ProcessStartInfo(ChildProcess.Find("redis-cli")!, ["-p", Text(_ports[0]), "--no-auth-warning", .. login, .. command]) { RedirectStandardOutput = true };
        using var cli = Process.Start(start)!;
        var answer = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return answer.Trim();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            File.SetUnixFileMode(process.Directory, Readable | UnixFileMode.UserWrite);
            await process.DisposeAsync();
        }

        Directory.Delete(_configuration, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Temporary folders are their maker's alone, and our processes are somebody else.
    private static string Scratch(string name)
    {
        var folder = Directory.CreateTempSubdirectory($"uitsmijter-compose-{name}-").FullName;
        File.SetUnixFileMode(folder, Readable | UnixFileMode.UserWrite);
        return folder;
    }

    private static async Task IsReady(int management)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{management}") };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            using var answer = await client.GetAsync("/health/ready", patience.Token);
            if (answer.StatusCode == HttpStatusCode.NoContent)
            {
                return;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private async Task StartRedis()
    {
        var service = _file.Services["redis"];
        var scratch = Scratch("redis");
        var script = service.List("volumes")[0].Split(':');
        var command = service.List("command").Select(argument => argument == script[1] ? Path.Combine(Repository.Root, script[0]) : argument == "/data" ? scratch : argument).ToArray();
        var environment = service.Filled(Filled);
        environment["ACL_FILE"] = Path.Combine(scratch, "users.acl");
        _processes.Add(await ChildProcess.Start(ChildProcess.Find(command[0])!, [.. command[1..], "--bind", "127.0.0.1", "--port", Text(_ports[0])], scratch, _ports[0], environment));
    }

    private void CopyConfiguration()
    {
        var mounted = Path.Combine(Repository.Root, _file.Services["silo-1"].List("volumes")[0].Split(':')[0]);
        foreach (var file in Directory.GetFiles(mounted, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_configuration, "Resources", Path.GetRelativePath(mounted, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private async Task StartProgram(string name, int management, (string Variable, int Port)[] ports)
    {
        var service = _file.Services[name];
        var folder = await Publish(service.Target!);
        var environment = _images.Environment(service.Target!);
        foreach (var (variable, value) in service.Filled(Filled))
        {
            environment[variable] = value.Replace("redis:6379", $"127.0.0.1:{_ports[0]}", StringComparison.Ordinal);
        }

        environment["DIRECTORY"] = _configuration;
        environment["ASPNETCORE_URLS"] = Gateway.ToString();
        environment["MANAGEMENT_HOST"] = "127.0.0.1";
        environment["MANAGEMENT_PORT"] = Text(management);
        environment["HOME"] = "/home/app";
        foreach (var address in new[] { "ORLEANS_ADVERTISED_IP", "TRUSTED_PROXIES" }.Where(environment.ContainsKey))
        {
            environment[address] = "127.0.0.1";
        }

        foreach (var (variable, port) in ports)
        {
            environment[variable] = Text(_ports[port]);
        }

        // Root may write anywhere; whoever runs the tests as somebody else is stopped by the folder's mode alone.
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "--no-new-privs", "--bounding-set=-all"] : [];
        command = [.. command, .. _images.EntryPoint(service.Target!)];
        _processes.Add(await ChildProcess.Start(ChildProcess.Find(command[0])!, command[1..], folder, management, environment));
    }

    private async Task<string> Publish(string target)
    {
        var folder = Scratch(target);
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var arguments = _images.Publish(target).ToList();
        arguments[1] = Path.Combine(Repository.Root, arguments[1]);
        arguments[arguments.IndexOf("-c") + 1] = configuration;
        arguments[arguments.IndexOf("-o") + 1] = folder;
        foreach (var option in new[] { "--os", "--arch" })
        {
            arguments.RemoveRange(arguments.IndexOf(option), 2);
        }

        using var publish = Process.Start(new ProcessStartInfo("dotnet", [.. arguments, "--no-build", "-v", "q"]) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, output);
        File.SetUnixFileMode(folder, Readable);
        return folder;
    }
}
