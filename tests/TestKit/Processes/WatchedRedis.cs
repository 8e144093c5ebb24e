using System.Diagnostics;
using System.Globalization;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>Some Redis, one of them the primary, and a Sentinel that makes another one the primary when it is gone.</summary>
public sealed class WatchedRedis : IAsyncDisposable
{
    private const string Name = "primary";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>How long a primary must be silent before the Sentinel does anything.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, ChildProcess> _nodes = [];
    private readonly int _sentinelPort;
    private readonly string? _password;
    private ChildProcess? _sentinel;

    private WatchedRedis(int sentinelPort, string? password) => (_sentinelPort, _password) = (sentinelPort, password);

    /// <summary>True where the programs are installed; tests skip, and say so, where they are not.</summary>
    public static bool IsInstalled => RedisServer.IsInstalled && ChildProcess.Find("redis-cli") is not null;

    /// <summary>The Sentinel and what it watches, as <c>REDIS_URI</c> takes them.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_sentinelPort},serviceName={Name}") + (_password is null ? "" : ",password=" + _password);

    /// <summary>Starts them, and waits until every replica follows and the Sentinel knows it.</summary>
    /// <param name="replicas">How many beside the primary.</param>
    /// <param name="password">The password of all of them, but for the Sentinel; null for none.</param>
    public static async Task<WatchedRedis> Start(int replicas, string? password = null)
    {
        var ports = Ports.Free(replicas + 2);
        var redis = new WatchedRedis(ports[^1], password);
        try
        {
            await redis.Run(ports[0]);
            foreach (var port in ports[1..^1])
            {
                await redis.Run(port, "--replicaof", "127.0.0.1", Text(ports[0]));
            }

            await Until(async () => (await redis.Ask(ports[0], "INFO", "replication")).Contains($"connected_slaves:{replicas}", StringComparison.Ordinal));
            await redis.RunSentinel(ports[0]);
            await Until(async () => (await redis.AskSentinel("SENTINEL", "master", Name)).Contains($"num-slaves\n{replicas}", StringComparison.Ordinal));
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
        if (_nodes.Remove(primary, out var process))
        {
            await process.DisposeAsync();
        }

        await Task.Delay(_silence);
        return primary;
    }

    /// <summary>Waits until another one is the primary.</summary>
    /// <param name="gone">The port of the one that was.</param>
    public Task UntilAnotherIs(int gone) => Until(async () => await Primary() is var now && now != 0 && now != gone && await BelievesToBePrimary(now));

    /// <summary>Waits until a replica has what the primary of now writes. A Sentinel that was late tells it ten seconds after.</summary>
    public Task UntilFollowed() => Until(async () => await Primary() is var now && now != 0 && (await Ask(now, "INFO", "replication")).Contains("state=online", StringComparison.Ordinal));

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
    public async Task<bool> BelievesToBePrimary(int port) => (await Ask(port, "ROLE")).StartsWith("master", StringComparison.Ordinal);

    /// <summary>Which commands one was given, and how often.</summary>
    /// <param name="port">Which.</param>
    public Task<string> Commands(int port) => Ask(port, "INFO", "commandstats");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _nodes.Values.Prepend(_sentinel).OfType<ChildProcess>())
        {
            await process.DisposeAsync();
        }
    }

    private async Task<int> Primary() =>
        (await AskSentinel("SENTINEL", "get-master-addr-by-name", Name)).Split('\n') is [_, var port, ..] && int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private async Task Run(int port, params string[] more)
    {
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        string[] secured = _password is null ? [] : ["--requirepass", _password, "--masterauth", _password];
        _nodes[port] = await ChildProcess.Start(
            ChildProcess.Find("redis-server")!,
            ["--bind", "127.0.0.1", "--port", Text(port), "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0", "--dir", scratch, .. secured, .. more],
            scratch,
            port);
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
            {(_password is null ? "" : $"sentinel auth-pass {Name} {_password}")}
            sentinel down-after-milliseconds {Name} {(int)_silence.TotalMilliseconds}
            sentinel failover-timeout {Name} 6000

            """);
        _sentinel = await ChildProcess.Start(ChildProcess.Find("redis-server")!, [file, "--sentinel", "--dir", scratch], scratch, _sentinelPort);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var since = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50))
        {
            if (Stopwatch.GetElapsedTime(since) > _patience)
            {
                throw new TimeoutException("The Redis did not come to what was waited for.");
            }
        }
    }

    private Task<string> Ask(int port, params string[] command) => RedisServer.Command(["-p", Text(port), .. _password is null ? [] : (string[])["-a", _password, "--no-auth-warning"], .. command]);

    private Task<string> AskSentinel(params string[] command) => RedisServer.Command(["-p", Text(_sentinelPort), .. command]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
