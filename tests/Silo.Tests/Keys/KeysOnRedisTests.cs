using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using StackExchange.Redis;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Storage;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Keys;

/// <summary>The promises that rest on conditional writes, on the storage that has to keep them: two clusters over one Redis are two activations of every grain.</summary>
public sealed class KeysOnRedisTests : IAsyncLifetime
{
    private readonly List<InProcessTestCluster> _clusters = [];
    private ChildProcess? _redis;
    private ConnectionMultiplexer? _connection;

    public async ValueTask InitializeAsync()
    {
        if (ChildProcess.Find("redis-server") is not { } redis)
        {
            return;
        }

        var port = Ports.Free(1)[0];
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        _redis = await ChildProcess.Start(
            redis,
            ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no", "--dir", scratch],
            scratch,
            port);
        var address = $"127.0.0.1:{port}";
        _connection = await ConnectionMultiplexer.ConnectAsync(address);
        _clusters.AddRange(await Task.WhenAll(Cluster(address), Cluster(address)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }

        await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task two_activations_admit_no_more_attempts_than_are_counted()
    {
        RequireRedis();
        var key = ThrottleKeyRules.User("cheese/cheese", [1, 2, 3], "ada");

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Grains(i % 2).GetGrain<ILoginThrottleGrain>(key).Take(default)));

        Assert.InRange(verdicts.Count(static verdict => verdict.Allowed), 1, 10);
        Assert.False((await Grains(0).GetGrain<ILoginThrottleGrain>(key).Take(default)).Allowed);
    }

    [Fact]
    public async Task a_cleared_count_leaves_nothing_behind_and_counting_goes_on()
    {
        RequireRedis();
        var throttle = Grains(0).GetGrain<ILoginThrottleGrain>(ThrottleKeyRules.User("cheese/cheese", [1, 2, 3], "grace"));
        await throttle.Take(default);
        Assert.Single(Records("*login-throttle*"));

        await throttle.GiveBack(clear: true);
        Assert.Empty(Records("*login-throttle*"));

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => throttle.Take(default)));
        Assert.Equal(10, verdicts.Count(static verdict => verdict.Allowed));
    }

    [Fact]
    public async Task two_activations_end_with_one_ring_of_each_kind()
    {
        RequireRedis();

        var rings = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Grains(i).GetGrain<IKeyRingGrain>("cheese/cheese").Read(SigningAlgorithm.RS256, default)));
        var sealing = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Grains(i).GetGrain<ISealingKeysGrain>(ISealingKeysGrain.Only).Read(default)));

        Assert.Equal(Assert.Single(rings[0].SigningKeys).Kid, Assert.Single(rings[1].SigningKeys).Kid);
        Assert.Equal(rings[0].CookieKeys[0].Kid, rings[1].CookieKeys[0].Kid);
        Assert.Equal(Assert.Single(sealing[0].Keys).Id, Assert.Single(sealing[1].Keys).Id);
    }

    [Fact]
    public async Task records_have_the_names_the_documentation_tells_operators()
    {
        RequireRedis();

        await Grains(0).GetGrain<IKeyRingGrain>("cheese/cheese").Read(SigningAlgorithm.ES256, default);
        await Grains(0).GetGrain<ISealingKeysGrain>(ISealingKeysGrain.Only).Read(default);

        var commands = Repository.Block("docs/keys.md", "sh", 2).Split('\n').Select(static line => line.Split(' ')).ToArray();
        Assert.All(commands, static command => Assert.Equal(["redis-cli", "DEL"], command[..2]));
        Assert.Equal(
            ["uitsmijter/state/cluster-secrets/secrets/cluster-secrets", .. commands.Select(static command => command[2])],
            Records("*/state/*").Order(StringComparer.Ordinal));
    }

    private static void RequireRedis() => Assert.SkipWhen(ChildProcess.Find("redis-server") is null, "redis-server is not installed.");

    private IGrainFactory Grains(int cluster) => _clusters[cluster].Client;

    private IEnumerable<string> Records(string pattern) =>
        _connection!.GetServers()[0].Keys(pattern: pattern).Select(static key => key.ToString());

    private static async Task<InProcessTestCluster> Cluster(string redis)
    {
        var settings = new ServerSettings { Storage = Uitsmijter.Actors.Protocol.Words.SettingWords.Redis, RedisUri = new Secret(redis) };
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = settings.ServiceId;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(settings);
            silo.Services.AddKeysRoom().AddLoginThrottle().AddCatalogRoom();
            silo.AddStorage(settings);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
