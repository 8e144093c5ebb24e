using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Keys;

/// <summary>Rotation on command. Every refusal is one that a scan of the network could meet (attack 45).</summary>
public sealed class KeyRotationTests : IAsyncDisposable
{
    private const string Token = "a-management-token-of-at-least-32-bytes";
    private const string Path = "/tenants/cheese/cheese/keys/rotate";

    private static readonly FakeTimeProvider _clock = new(The.Instant);

    private readonly FakeCluster _cluster = new(_clock);
    private ServiceProvider? _services;

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.GetRequiredService<CatalogMirror>().StopAsync(CancellationToken.None);
            await _services.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Path)]
    [InlineData("/tenants/cheese%2Fcheese/keys/rotate")]
    public async Task an_operator_with_the_token_has_the_next_key_announced(string path)
    {
        var endpoint = await Endpoint();

        var (handled, status, body) = await Ask(endpoint, path, $"Bearer {Token}");

        Assert.True(handled);
        Assert.Equal(200, status);
        Assert.Contains("\"kid\":\"the-next-kid\"", body, StringComparison.Ordinal);
        Assert.Equal(("cheese/cheese", SigningAlgorithm.ES256), Assert.Single(_cluster.Keys.Rotated));
        Assert.Equal(1, _cluster.Keys.Reads);
    }

    [Theory]
    [Trait("Attack", "45")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData(Token)]
    [InlineData("Basic " + Token)]
    [InlineData("Bearer " + Token + "x")]
    [InlineData("Bearer a-management-token-of-at-least-32-byte")]
    public async Task nobody_else_has(string? authorization)
    {
        var endpoint = await Endpoint();

        var (handled, status, body) = await Ask(endpoint, Path, authorization);

        Assert.True(handled);
        Assert.Equal(401, status);
        Assert.DoesNotContain(Token, body, StringComparison.Ordinal);
        Assert.Empty(_cluster.Keys.Rotated);
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task without_a_token_in_the_settings_there_is_no_such_path()
    {
        var endpoint = await Endpoint(token: null);

        var (handled, _, _) = await Ask(endpoint, Path, "Bearer ");

        Assert.False(handled);
    }

    [Theory]
    [InlineData("GET", Path)]
    [InlineData("POST", "/tenants//keys/rotate")]
    [InlineData("POST", "/tenants/keys/rotate")]
    [InlineData("POST", "/tenants/cheese/cheese/keys")]
    public async Task other_requests_are_somebody_elses(string method, string path)
    {
        var endpoint = await Endpoint();

        var (handled, _, _) = await Ask(endpoint, path, $"Bearer {Token}", method);

        Assert.False(handled);
    }

    [Fact]
    public async Task what_clients_chose_for_their_id_tokens_is_announced_with_it()
    {
        var endpoint = await Endpoint();

        var (_, status, body) = await Ask(endpoint, "/tenants/choosing/keys/rotate", $"Bearer {Token}");

        Assert.Equal(200, status);
        Assert.Contains("""[{"algorithm":"ES256","kid":"the-next-kid"},{"algorithm":"RS256","kid":"the-next-kid"}]""", body, StringComparison.Ordinal);
        Assert.Equal([("choosing", SigningAlgorithm.ES256), ("choosing", SigningAlgorithm.RS256)], _cluster.Keys.Rotated);
    }

    [Fact]
    public async Task a_tenant_with_the_shared_secret_gets_the_next_key_of_its_id_tokens_and_is_told_what_it_does_not_change()
    {
        var endpoint = await Endpoint();

        var (_, status, body) = await Ask(endpoint, "/tenants/shared/keys/rotate", $"Bearer {Token}");

        Assert.Equal(200, status);
        Assert.Contains("JWT_SECRET", body, StringComparison.Ordinal);
        Assert.Equal(("shared", SigningAlgorithm.RS256), Assert.Single(_cluster.Keys.Rotated));
    }

    [Fact]
    public async Task a_tenant_nobody_knows_has_no_ring()
    {
        var endpoint = await Endpoint();

        var (_, status, body) = await Ask(endpoint, "/tenants/nobody/keys/rotate", $"Bearer {Token}");

        Assert.Equal(404, status);
        Assert.Contains("\"error\":true", body, StringComparison.Ordinal);
        Assert.Empty(_cluster.Keys.Rotated);
    }

    [Fact]
    public async Task a_cluster_that_does_not_answer_is_503()
    {
        var endpoint = await Endpoint();
        _cluster.Outage = new TimeoutException("no silo");

        var (_, status, _) = await Ask(endpoint, Path, $"Bearer {Token}");

        Assert.Equal(503, status);
    }

    [Fact]
    public void a_token_in_a_file_is_read_without_its_line_end_and_a_short_or_missing_file_refuses_the_start()
    {
        var file = System.IO.Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Token + "\n");
            var good = ManagementToken.Secret(new ServerSettings { ManagementTokenFile = file }, out var none);
            File.WriteAllText(file, "short\n");
            ManagementToken.Secret(new ServerSettings { ManagementTokenFile = file }, out var tooShort);
            ManagementToken.Secret(new ServerSettings { ManagementTokenFile = file + ".missing" }, out var missing);

            Assert.Equal(Token, good!.Reveal());
            Assert.Null(none);
            Assert.Contains("5 bytes", tooShort, StringComparison.Ordinal);
            Assert.StartsWith("MANAGEMENT_TOKEN_FILE cannot be read", missing, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<ManagementOperations> Endpoint(string? token = Token)
    {
        var settings = new ServerSettings { ManagementToken = token is null ? null : new Secret(token) };
        _cluster.Catalog.Publish(
            new Tenant { Name = "cheese/cheese", Hosts = ["a.test"], Algorithm = SigningAlgorithm.ES256 },
            new Tenant { Name = "shared", Hosts = ["b.test"] },
            new Tenant { Name = "choosing", Hosts = ["c.test"], Algorithm = SigningAlgorithm.ES256 });
        _cluster.Catalog.Publish(new Client { Ident = Guid.NewGuid(), Name = "shop", TenantName = "choosing", RedirectUrls = [], IdTokenAlgorithm = SigningAlgorithm.RS256 });
        _services = new ServiceCollection()
            .AddSingleton(settings)
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton<IGrainFactory>(_cluster)
            .AddSingleton(ManagementToken.Read(settings, out _))
            .AddSingleton<CatalogMirror>()
            .AddSingleton<KeyMirror>()
            .AddSingleton<PublishedKeys>()
            .AddSingleton<AuditLog>()
            .AddSingleton<KeyRotationOperation>()
            .AddSingleton<SessionOperations>()
            .AddSingleton<StatusOperations>()
            .AddSingleton<DashboardOperation>()
            .AddSingleton<ManagementOperations>()
            .AddLogging()
            .BuildServiceProvider();
        var mirror = _services.GetRequiredService<CatalogMirror>();
        await mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => mirror.IsReady && mirror.Current.ClientCount == 1);
        return _services.GetRequiredService<ManagementOperations>();
    }

    private static async Task<(bool Handled, int Status, string Body)> Ask(ManagementOperations endpoint, string path, string? authorization, string method = "POST")
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        if (authorization is not null)
        {
            context.Request.Headers.Authorization = authorization;
        }

        using var body = new MemoryStream();
        context.Response.Body = body;
        var handled = await endpoint.TryAnswer(context);
        await context.Response.BodyWriter.FlushAsync();
        return (handled, context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
