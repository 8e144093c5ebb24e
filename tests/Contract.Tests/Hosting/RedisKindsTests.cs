using System.Net;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>The kinds of Redis there are, each a real one: TLS with certificates on both sides and a user of its own, Sentinels with a fail-over, a Redis Cluster.</summary>
public sealed class RedisKindsTests : IAsyncLifetime
{
    private const string Password = "a-password-nobody-may-read-in-a-log";
    private readonly List<ChildProcess> _redis = [];

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(WatchedRedis.IsInstalled, "redis-server or redis-cli is not installed");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_redis))
        {
            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task over_tls_both_sides_show_certificates_and_a_user_of_its_own_is_enough()
    {
        using var authority = new CertificateAuthority();
        var (serverCertificate, serverKey) = authority.Sign("redis", "redis.example.test");
        var (clientCertificate, clientKey) = authority.Sign("uitsmijter", "uitsmijter.example.test");
        var port = Ports.Free(1)[0];
        await Start(
            port, "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", serverCertificate, "--tls-key-file", serverKey, "--tls-ca-cert-file", authority.Authorities, "--tls-auth-clients", "yes",
            "--user", "uitsmijter", "on", $">{Password}", "~*", "&*", "+@all", "-@dangerous", "+info", "+keys", "--user", "default", "off");

        await LogsIn(new()
        {
            ["REDIS_URI"] = $"rediss://uitsmijter:{Password}@127.0.0.1:{port}/0",
            ["REDIS_TLS_CA"] = authority.Authorities,
            ["REDIS_TLS_CERTIFICATE"] = clientCertificate,
            ["REDIS_TLS_KEY"] = clientKey,
        });
    }

    [Fact]
    public async Task a_redis_of_another_authority_is_not_believed_and_the_log_says_so_without_the_password()
    {
        using var authority = new CertificateAuthority();
        using var elsewhere = new CertificateAuthority();
        var (certificate, key) = elsewhere.Sign("redis", "redis.example.test");
        var port = Ports.Free(1)[0];
        await Start(port, "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", elsewhere.Authorities, "--tls-auth-clients", "no");

        await using var server = ServerProcess.Start("uitsmijter", new Dictionary<string, string>
        {
            ["STORAGE"] = "redis",
            ["REDIS_URI"] = $"127.0.0.1:{port},password={Password}",
            ["REDIS_TLS_CA"] = authority.Authorities,
        });
        await server.Says($"Redis at 127.0.0.1:{port} cannot be reached (AuthenticationFailure)");
        using var waiting = await server.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);

        Assert.DoesNotContain(Password, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_certificate_for_redis_that_has_ended_is_named_and_renewed_without_a_restart()
    {
        using var authority = new CertificateAuthority();
        var (serverCertificate, serverKey) = authority.Sign("redis", "redis.example.test");
        var (certificate, key) = authority.Sign("uitsmijter", "uitsmijter.example.test", begins: -10, ends: -2);
        var port = Ports.Free(1)[0];
        await Start(port, "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", serverCertificate, "--tls-key-file", serverKey, "--tls-ca-cert-file", authority.Authorities, "--tls-auth-clients", "yes");

        await using var server = ServerProcess.Start("uitsmijter", new Dictionary<string, string>
        {
            ["STORAGE"] = "redis",
            ["REDIS_URI"] = $"127.0.0.1:{port}",
            ["REDIS_TLS_CA"] = authority.Authorities,
            ["REDIS_TLS_CERTIFICATE"] = certificate,
            ["REDIS_TLS_KEY"] = key,
        });
        await server.Says($"New connections to Redis fail or will soon: {certificate} ended on ");
        await server.Says($"Redis at 127.0.0.1:{port} cannot be reached");
        using var waiting = await server.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);

        authority.Sign("uitsmijter", "uitsmijter.example.test");
        using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);
        await CanLogIn(server);
    }

    [Fact]
    public async Task sentinels_are_asked_for_the_primary_and_a_fail_over_needs_no_restart()
    {
        await using var redis = await WatchedRedis.Start(replicas: 1, Password);
        await using var server = await LogsIn(new() { ["REDIS_URI"] = redis.Address }, stays: true);

        await redis.UntilAnotherIs(await redis.KillPrimary());
        await CanLogIn(server!);

        Assert.DoesNotContain(Password, server!.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_nodes_of_a_redis_cluster_hold_a_cluster_of_ours()
    {
        var ports = Ports.Free(5);
        foreach (var port in ports[..3])
        {
            await Start(port, "--port", $"{port}", "--cluster-enabled", "yes", "--cluster-port", $"{Ports.Free(1)[0]}", "--cluster-node-timeout", "5000");
        }

        await RedisServer.Command(["--cluster", "create", .. ports[..3].Select(static port => $"127.0.0.1:{port}"), "--cluster-yes"]);
        await Asked(ports[0], "cluster_state:ok", "CLUSTER", "INFO");
        var settings = new Dictionary<string, string>
        {
            ["CLUSTERING"] = "redis",
            ["ORLEANS_ADVERTISED_IP"] = "127.0.0.1",
            ["ORLEANS_SILO_PORT"] = $"{ports[3]}",
            ["ORLEANS_GATEWAY_PORT"] = $"{ports[4]}",
            ["REDIS_URI"] = string.Join(',', ports[..3].Select(static port => $"127.0.0.1:{port}")),
        };

        await LogsIn(settings);
    }

    /// <summary>Starts our server over a Redis and logs somebody in: what is permanent and what is not is written and read.</summary>
    private static async Task<ServerProcess?> LogsIn(Dictionary<string, string> settings, bool stays = false)
    {
        settings["STORAGE"] = "redis";
        var server = ServerProcess.Start("uitsmijter", settings);
        try
        {
            using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);
            await CanLogIn(server);
            Assert.DoesNotContain(Password, server.Output, StringComparison.Ordinal);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        if (!stays)
        {
            await server.DisposeAsync();
        }

        return stays ? server : null;
    }

    private static async Task CanLogIn(ServerProcess server)
    {
        var address = (await server.Addresses())[0];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var visitor = new Visitor(address);
            using var answer = await visitor.LogIn("localhost", "http://localhost:8080/", "sander@example.com", "demo");
            if (visitor.LoginCookie is not null)
            {
                return;
            }

            Assert.False(patience.IsCancellationRequested, $"Nobody could log in ({answer.StatusCode}):\n{server.Output}");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    private async Task Start(int port, params string[] arguments)
    {
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        _redis.Add(await ChildProcess.Start(
            ChildProcess.Find("redis-server")!, ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", scratch, .. arguments], scratch, port));
    }

    /// <summary>Asks a Redis until it answers what is waited for.</summary>
    private static async Task Asked(int port, string expected, params string[] command)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await RedisServer.Command(["-p", $"{port}", .. command])).Contains(expected, StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, $"{string.Join(' ', command)} never answered {expected}");
            await Task.Delay(50, CancellationToken.None);
        }
    }
}
