using System.Diagnostics;
using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Processes;

/// <summary>Three Redis, one of them the primary, and a Sentinel that makes another one the primary when it is gone.</summary>
internal sealed class WatchedRedis : IAsyncDisposable
{
    private const string Name = "primary";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>How long a primary must be silent before the Sentinel does anything.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, ChildProcess> _nodes = [];
    private readonly int _sentinelPort;
    private ChildProcess? _sentinel;

    private WatchedRedis(int sentinelPort) => _sentinelPort = sentinelPort;

    /// <summary>Settings of members that ask the Sentinel, and count a write when one replica has it.</summary>
    public Dictionary<string, string> Settings => new() { ["REDIS_URI"] = $"127.0.0.1:{_sentinelPort},serviceName={Name}", ["REDIS_REPLICAS"] = "1" };

    /// <summary>Starts them.</summary>
    public static async Task<WatchedRedis> Start()
    {
        Assert.SkipWhen(ChildProcess.Find("redis-server") is null || ChildProcess.Find("redis-cli") is null, "redis-server or redis-cli is not installed");
        var ports = Ports.Free(4);
        var redis = new WatchedRedis(ports[3]);
        try
        {
            await redis.Run(ports[0]);
            foreach (var port in ports[1..3])
            {
                await redis.Run(port, "--replicaof", "127.0.0.1", Text(ports[0]));
            }

            await Until(async () => (await Ask(ports[0], "INFO", "replication")).Contains("connected_slaves:2", StringComparison.Ordinal));
            await redis.RunSentinel(ports[0]);
            await Until(async () => (await Ask(redis._sentinelPort, "SENTINEL", "master", Name)).Contains("num-slaves\n2", StringComparison.Ordinal));
            return redis;
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the primary without a word, and comes back while there is none for certain: when the next one is, a busy machine notices late.</summary>
    /// <returns>The port of the one that is gone.</returns>
    public async Task<int> KillPrimary()
    {
        var primary = await Primary();
        await _nodes[primary].DisposeAsync();
        await Task.Delay(_silence);
        return primary;
    }

    /// <summary>Waits until another one is the primary.</summary>
    /// <param name="gone">The port of the one that was.</param>
    public Task UntilAnotherIs(int gone) =>
        Until(async () => await Primary() is var now && now != 0 && now != gone && (await Ask(now, "ROLE")).StartsWith("master", StringComparison.Ordinal));

    /// <summary>Starts one again that had ended, as a replica of the primary of now.</summary>
    /// <param name="port">Which.</param>
    public async Task Return(int port)
    {
        await Run(port, "--replicaof", "127.0.0.1", Text(await Primary()));
        await Until(async () => (await Ask(port, "ROLE")).Contains("connected", StringComparison.Ordinal));
    }

    /// <summary>Starts one again that had ended, by its old configuration: it is empty and believes to be the primary, until the Sentinel tells it otherwise.</summary>
    /// <param name="port">Which.</param>
    public Task ReturnAsPrimary(int port) => Run(port);

    /// <summary>Whether one believes to be the primary.</summary>
    /// <param name="port">Which.</param>
    public static async Task<bool> BelievesToBePrimary(int port) => (await Ask(port, "ROLE")).StartsWith("master", StringComparison.Ordinal);

    /// <summary>Which commands one was given, and how often.</summary>
    /// <param name="port">Which.</param>
    public static Task<string> Commands(int port) => Ask(port, "INFO", "commandstats");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _nodes.Values.Prepend(_sentinel).OfType<ChildProcess>())
        {
            await process.DisposeAsync();
        }
    }

    private async Task<int> Primary() =>
        (await Ask(_sentinelPort, "SENTINEL", "get-master-addr-by-name", Name)).Split('\n') is [_, var port, ..] && int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private async Task Run(int port, params string[] more)
    {
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        _nodes[port] = await ChildProcess.Start(
            ChildProcess.Find("redis-server")!, ["--bind", "127.0.0.1", "--port", Text(port), "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0", "--dir", scratch, .. more], scratch, port);
    }

    private async Task RunSentinel(int primary)
    {
        // A Sentinel writes what it learns into its own configuration.
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-sentinel-").FullName;
        var file = Path.Combine(scratch, "sentinel.conf");
        await File.WriteAllTextAsync(file, $"""
            port {_sentinelPort}
            bind 127.0.0.1
            sentinel monitor {Name} 127.0.0.1 {primary} 1
            sentinel down-after-milliseconds {Name} {(int)_silence.TotalMilliseconds}
            sentinel failover-timeout {Name} 6000

            """);
        _sentinel = await ChildProcess.Start(ChildProcess.Find("redis-server")!, [file, "--sentinel", "--dir", scratch], scratch, _sentinelPort);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var since = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < _patience, "The Redis did not come to what was waited for.");
        }
    }

    private static async Task<string> Ask(int port, params string[] command)
    {
        using var client = Process.Start(new ProcessStartInfo(ChildProcess.Find("redis-cli")!, ["-p", Text(port), .. command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return output;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
