using System.Net;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>Silo and gateway as processes of their own, over Redis and over loopback.</summary>
public sealed class SeparateProcessTests
{
    private const string Silo = "Uitsmijter.Actors.Silo";
    private const string Gateway = "Uitsmijter.Actors.Gateway";
    private const string RedisPassword = "a-password-nobody-may-read-in-a-log";

    [Fact]
    public async Task silo_and_gateway_meet_in_redis()
    {
        Assert.SkipWhen(ChildProcess.Find("redis-server") is null, "redis-server is not installed");
        var ports = Ports.Free(3);
        await using var redis = await StartRedis(ports[0]);
        await using var silo = ServerProcess.Start(Silo, Cluster(ports));
        await using var gateway = ServerProcess.Start(Gateway, Cluster(ports));

        using var siloReady = await silo.Answers("/health/ready", HttpStatusCode.NoContent);
        using var gatewayReady = await gateway.Answers("/health/ready", HttpStatusCode.NoContent);
        await gateway.Terminate();
        await silo.Terminate();

        Assert.Equal(0, await gateway.Ends());
        Assert.Equal(0, await silo.Ends());
        Assert.Single(await silo.Addresses());
    }

    [Fact]
    public async Task redis_that_comes_late_needs_no_restart()
    {
        Assert.SkipWhen(ChildProcess.Find("redis-server") is null, "redis-server is not installed");
        var ports = Ports.Free(3);
        await using var silo = ServerProcess.Start(Silo, Cluster(ports));
        await using var gateway = ServerProcess.Start(Gateway, Cluster(ports));

        using var alive = await silo.Answers("/health", HttpStatusCode.NoContent);
        using var waiting = await silo.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);
        using var gatewayAlive = await gateway.Answers("/health", HttpStatusCode.NoContent);
        var line = await silo.Says($"Redis at 127.0.0.1:{ports[0]} cannot be reached");
        await gateway.Says("The cluster cannot be reached");
        await using var redis = await StartRedis(ports[0]);
        using var siloReady = await silo.Answers("/health/ready", HttpStatusCode.NoContent);
        using var gatewayReady = await gateway.Answers("/health/ready", HttpStatusCode.NoContent);

        Assert.Contains("trying again in", line, StringComparison.Ordinal);
        Assert.DoesNotContain(RedisPassword, silo.Output + gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output + gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_gateway_whose_silo_goes_away_says_so_and_recovers()
    {
        var ports = Ports.Free(3);
        var settings = new Dictionary<string, string> { ["ORLEANS_SILO_PORT"] = $"{ports[1]}", ["ORLEANS_GATEWAY_PORT"] = $"{ports[2]}" };
        await using var gateway = ServerProcess.Start(Gateway, settings);
        await using (var silo = ServerProcess.Start(Silo, settings))
        {
            using var ready = await gateway.Answers("/health/ready", HttpStatusCode.NoContent);
        }

        using var lost = await gateway.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);
        await using var next = ServerProcess.Start(Silo, settings);
        using var recovered = await gateway.Answers("/health/ready", HttpStatusCode.NoContent);

        Assert.Contains("missing", await lost.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_cluster_port_that_is_taken_is_one_clear_sentence()
    {
        var ports = Ports.Free(2);
        var settings = new Dictionary<string, string> { ["ORLEANS_SILO_PORT"] = $"{ports[0]}", ["ORLEANS_GATEWAY_PORT"] = $"{ports[1]}" };
        await using var first = ServerProcess.Start(Silo, settings);
        using var ready = await first.Answers("/health/ready", HttpStatusCode.NoContent);

        await using var second = ServerProcess.Start(Silo, settings);
        var code = await second.Ends();

        Assert.Equal(1, code);
        Assert.Contains("Cannot open the cluster ports", second.Output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Cluster(int[] ports) => new()
    {
        ["CLUSTERING"] = "redis",
        ["STORAGE"] = "redis",
        ["REDIS_URI"] = $"127.0.0.1:{ports[0]},password={RedisPassword}",
        ["ORLEANS_ADVERTISED_IP"] = "127.0.0.1",
        ["ORLEANS_SILO_PORT"] = $"{ports[1]}",
        ["ORLEANS_GATEWAY_PORT"] = $"{ports[2]}",
    };

    private static Task<ChildProcess> StartRedis(int port)
    {
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        return ChildProcess.Start(
            ChildProcess.Find("redis-server")!,
            ["--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--appendonly", "no", "--dir", scratch, "--requirepass", RedisPassword],
            scratch,
            port);
    }
}
