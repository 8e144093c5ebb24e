using System.Globalization;
using System.Net;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>Two Sentinels, one of which does not answer (decision 83).</summary>
public sealed class SilentSentinelTests : IAsyncLifetime
{
    private const string Name = "primary";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly List<ChildProcess> _processes = [];
    private readonly int[] _ports = Ports.Free(4);

    [Fact]
    public async Task a_sentinel_that_stands_still_does_not_silence_the_one_that_answers()
    {
        var options = ConfigurationOptions.Parse($"127.0.0.1:{_ports[2]},127.0.0.1:{_ports[3]},serviceName={Name},abortConnect=false");
        var disowned = new DisownedPrimaries(options);
        var gone = new IPEndPoint(IPAddress.Loopback, _ports[1]);
        await Until(() => IsRefused(disowned, gone));

        await _processes[3].Signal("STOP");

        Assert.True(await IsRefused(disowned, gone));
        Assert.False(await IsRefused(disowned, new IPEndPoint(IPAddress.Loopback, _ports[0])));
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed.");
        await Run(_ports[0], "--save", "", "--port", Text(_ports[0]));
        await Run(_ports[1], "--save", "", "--port", Text(_ports[1]), "--replicaof", "127.0.0.1", Text(_ports[0]));
        foreach (var port in _ports[2..])
        {
            var file = Path.Combine(Directory.CreateTempSubdirectory("uitsmijter-sentinel-").FullName, "sentinel.conf");
            await File.WriteAllTextAsync(file, $"""
                port {port}
                bind 127.0.0.1
                sentinel monitor {Name} 127.0.0.1 {_ports[0]} 2
                sentinel down-after-milliseconds {Name} 1000

                """);
            await Run(port, file, "--sentinel");
        }

        await using var sentinels = await ConnectionMultiplexer.SentinelConnectAsync($"127.0.0.1:{_ports[2]},127.0.0.1:{_ports[3]},serviceName={Name}");
        await Until(async () => (await Task.WhenAll(sentinels.GetServers().Select(static sentinel => sentinel.SentinelReplicasAsync(Name)))) is { Length: 2 } known && known.All(static replicas => replicas.Length == 1));
        await _processes[1].Kill();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    private static async Task<bool> IsRefused(DisownedPrimaries disowned, EndPoint server)
    {
        try
        {
            return await disowned.BeforeAuthenticateAsync(server, ConnectionType.Interactive, socket: null, CancellationToken.None) is not null;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task Run(int port, params string[] arguments)
    {
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        _processes.Add(await ChildProcess.Start(ChildProcess.Find("redis-server")!, [.. arguments, "--bind", "127.0.0.1", "--dir", scratch], scratch, port));
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !await condition(); await Task.Delay(50))
        {
            Assert.True(waited.Elapsed < _patience, "It did not become true.");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
