using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>What operators ask and command over the management port.</summary>
[Trait("Standard", "ASVS 7.4.5")]
public sealed class OperationsTests
{
    private const string Token = "a-management-token-of-at-least-32-bytes";
    private const string Ada = "?tenant=cheese%2Fcheese&subject=subject-of-ada%40example.com";

    [Fact]
    public async Task a_subjects_sessions_are_listed()
    {
        await using var world = await LoginWorld.Start();
        await LogIn(world, "ada@example.com");
        await LogIn(world, "bob@example.com");
        world.Cluster.OfflineGrants.Add(new OfflineGrant("gid", Guid.Empty, The.Instant));

        var (_, status, body) = await Ask(world, "GET", "/sessions", Ada);

        Assert.Equal(200, status);
        var session = Assert.Single(body.GetProperty("sessions").EnumerateArray());
        Assert.Equal(("ada@example.com", "curl"), (session.GetProperty("user").GetString(), session.GetProperty("browser").GetString()));
        Assert.Single(body.GetProperty("grants").EnumerateArray());
        Assert.DoesNotContain("gid", body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task an_operator_ends_one_session_and_the_audit_says_so()
    {
        await using var world = await LoginWorld.Start();
        await LogIn(world, "ada@example.com");
        var sid = world.Cluster.Sessions.Keys.Single();

        var (_, wrong, _) = await Ask(world, "DELETE", $"/sessions/{sid}", Ada.Replace("ada", "bob", StringComparison.Ordinal));
        var (_, ended, _) = await Ask(world, "DELETE", $"/sessions/{sid}", Ada);

        Assert.Equal((404, 200), (wrong, ended));
        Assert.Equal(SessionEnd.EndedByOperator, world.Cluster.Sessions[sid].Ended);
        Assert.Contains(world.Logs, static line => line.Contains("Session ended", StringComparison.Ordinal) && line.Contains("by=operator", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Attack", "19")]
    [Trait("Standard", "ASVS 7.4.2")]
    public async Task an_operator_signs_a_subject_out_everywhere()
    {
        await using var world = await LoginWorld.Start();
        await LogIn(world, "ada@example.com");
        await LogIn(world, "ada@example.com");
        await LogIn(world, "bob@example.com");

        var (_, status, body) = await Ask(world, "DELETE", "/sessions", Ada);

        Assert.Equal((200, 2, 0), (status, body.GetProperty("sessions").GetInt32(), body.GetProperty("grants").GetInt32()));
        Assert.Single(world.Cluster.Sessions.Values, static session => session.Ended is null);
        Assert.Contains(world.Logs, static line => line.Contains("Signed out everywhere", StringComparison.Ordinal) && line.Contains("by=operator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task refused_logins_are_counted_once_although_an_answer_was_lost()
    {
        await using var world = await LoginWorld.Start();
        var activity = world.Services.GetRequiredService<GatewayActivity>();
        await world.OpenBrowser().LogIn("goat.example.com", "", password: "wrong");
        await world.OpenBrowser().LogIn("goat.example.com", "", password: "wrong");
        var counts = (Cluster.FakeActivity)world.Cluster.GetGrain<Uitsmijter.Actors.GrainInterfaces.Catalog.ITenantGrain>("cheese/cheese");
        counts.HidesSuccess = true;
        await activity.Report(CancellationToken.None);
        counts.HidesSuccess = false;
        await activity.Report(CancellationToken.None);

        var (_, status, body) = await Ask(world, "GET", "/status", "?tenant=cheese%2Fcheese");

        Assert.Equal((200, 2), (status, body.GetProperty("denied_attempts").GetInt32()));
    }

    [Fact]
    public async Task the_tenants_a_gateway_knows_are_listed()
    {
        await using var world = await LoginWorld.Start();

        var (_, status, body) = await Ask(world, "GET", "/tenants");

        Assert.Equal((200, 4), (status, body.GetProperty("tenants_count").GetInt32()));
        Assert.Contains("ham/ham", body.GetProperty("tenants").EnumerateArray().Select(static name => name.GetString()));
    }

    [Theory]
    [InlineData("GET", "/sessions", "?tenant=cheese%2Fcheese", 400)]
    [InlineData("DELETE", "/sessions", "?subject=ada", 400)]
    [InlineData("DELETE", "/sessions", "?tenant=cheese%2Fcheese&subject=a&subject=b", 400)]
    [InlineData("GET", "/sessions", "?tenant=nobody&subject=a", 404)]
    [InlineData("GET", "/status", "", 400)]
    [InlineData("GET", "/status", "?tenant=nobody", 404)]
    [InlineData("GET", "/status", "?client=nobody", 404)]
    public async Task what_is_missing_or_unknown_is_said(string method, string path, string query, int expected)
    {
        await using var world = await LoginWorld.Start();

        var (handled, status, body) = await Ask(world, method, path, query);

        Assert.True(handled);
        Assert.Equal(expected, status);
        Assert.True(body.GetProperty("error").GetBoolean());
    }

    [Theory]
    [Trait("Attack", "45")]
    [InlineData(null)]
    [InlineData("Bearer " + Token + "x")]
    [InlineData("Basic " + Token)]
    public async Task nobody_else_sees_or_ends_anything(string? authorization)
    {
        await using var world = await LoginWorld.Start();
        await LogIn(world, "ada@example.com");

        foreach (var (method, path) in new[] { ("GET", "/sessions"), ("DELETE", "/sessions"), ("DELETE", "/sessions/" + world.Cluster.Sessions.Keys.Single()), ("GET", "/tenants"), ("GET", "/status") })
        {
            var (handled, status, body) = await Ask(world, method, path, Ada, authorization);
            Assert.True(handled);
            Assert.Equal(401, status);
            Assert.DoesNotContain("ada", body.ToString(), StringComparison.Ordinal);
        }

        Assert.Null(world.Cluster.Sessions.Values.Single().Ended);
    }

    [Theory]
    [Trait("Attack", "45")]
    [InlineData("GET", "/sessions", null)]
    [InlineData("POST", "/sessions", Token)]
    [InlineData("GET", "/sessions/a", Token)]
    [InlineData("DELETE", "/sessions/a/b", Token)]
    [InlineData("GET", "/sessionsx", Token)]
    [InlineData("DELETE", "/tenants", Token)]
    public async Task without_a_token_in_the_settings_and_for_anything_else_there_is_no_such_path(string method, string path, string? token)
    {
        await using var world = await LoginWorld.Start();

        var (handled, _, _) = await Ask(world, method, path, Ada, "Bearer " + Token, token);

        Assert.False(handled);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_cluster_that_does_not_answer_is_503()
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Outage = new TimeoutException("no silo");

        var (_, status, _) = await Ask(world, "DELETE", "/sessions", Ada);

        Assert.Equal(503, status);
    }

    private static async Task LogIn(LoginWorld world, string userName)
    {
        var browser = world.OpenBrowser();
        await browser.Submit("goat.example.com", await browser.Get("goat.example.com", "/login"), userName, Cluster.FakeProvider.Password, ("User-Agent", "curl/8.14.1"));
    }

    private static async Task<(bool Handled, int Status, JsonElement Body)> Ask(
        LoginWorld world, string method, string path, string query = "", string? authorization = "Bearer " + Token, string? token = Token)
    {
        var settings = new ServerSettings { ManagementToken = token is null ? null : new Secret(token) };
        var credential = ManagementToken.Read(settings, out _);
        var services = world.Services;
        var operations = new ManagementOperations(
            credential,
            ActivatorUtilities.CreateInstance<KeyRotationOperation>(services),
            services.GetRequiredService<SessionOperations>(),
            services.GetRequiredService<StatusOperations>(),
            new DashboardOperation(settings, services),
            NullLogger<ManagementOperations>.Instance);
        var context = new DefaultHttpContext { Request = { Method = method, Path = path, QueryString = new QueryString(query) } };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers.Authorization = authorization;
        using var body = new MemoryStream();
        context.Response.Body = body;
        var handled = await operations.TryAnswer(context);
        await context.Response.BodyWriter.FlushAsync();
        return (handled, context.Response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
