using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Processes;

/// <summary>A Redis that writes down what it is told before it answers, so that its death loses nothing.</summary>
internal sealed class DurableRedis : IAsyncDisposable
{
    /// <summary>Its name at the switchboard.</summary>
    public const string Name = "redis";

    private readonly string _directory = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
    private readonly string _snapshot = Directory.CreateTempSubdirectory("uitsmijter-redis-old-").FullName;
    private ChildProcess? _process;

    private DurableRedis(int port) => Port = port;

    /// <summary>Its loopback port, the same after every restart.</summary>
    public int Port { get; }

    /// <summary>Starts one.</summary>
    public static async Task<DurableRedis> Start()
    {
        var redis = new DurableRedis(Ports.Free(1)[0]);
        await redis.Run();
        return redis;
    }

    /// <summary>Ends it without a word (SIGKILL).</summary>
    public async Task Kill() => await _process!.Kill();

    /// <summary>Starts it again with what it had written.</summary>
    public Task Run() => Run(_directory);

    /// <summary>Stops it (SIGSTOP) or lets it go on (SIGCONT).</summary>
    public Task Signal(string name) => _process!.Signal(name);

    /// <summary>Tells it something an operator could, such as <c>CONFIG SET maxmemory 1</c>.</summary>
    /// <param name="command">The command, as on its own line.</param>
    public async Task Command(string command)
    {
        using var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, Port);
        using var reader = new StreamReader(line.GetStream());
        await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        var answer = await reader.ReadLineAsync();
        Assert.Equal("+OK", answer?[..Math.Min(3, answer.Length)]);
    }

    /// <summary>Keeps what it has written so far as the old snapshot.</summary>
    public void TakeSnapshot() => Copy(Written(_directory), Written(_snapshot));

    /// <summary>Starts it again, after its end, with the old snapshot instead of what it had written.</summary>
    public Task RunFromSnapshot()
    {
        Copy(Written(_snapshot), Written(_directory));
        return Run();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_snapshot, recursive: true);
    }

    private static string Written(string directory) => Path.Combine(directory, "appendonlydir");

    private static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private async Task Run(string directory) => _process = await ChildProcess.Start(
        ChildProcess.Find("redis-server")!,
        ["--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--dir", directory],
        directory,
        Port);
}
