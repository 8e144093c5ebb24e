using System.Net;
using System.Runtime.Versioning;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>What the containers of <c>docker-compose.yml</c> would do, done by their programs without containers.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PublishedClusterTests
{
    private const string Login = "login.uitsmijter.localhost:8080";
    private const string Application = "app.uitsmijter.localhost:8080";

    [Fact]
    public async Task what_the_images_publish_serves_the_demo_page_as_nobody_special_in_folders_it_cannot_write_to()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed");
        await using var cluster = await PublishedCluster.Start();
        using var visitor = new Visitor(cluster.Gateway);

        using var stranger = await visitor.Send(HttpMethod.Get, "/auth/traefik", Application, Plain(Application, "/page?a=b"));
        using var form = await visitor.Send(HttpMethod.Get, stranger.Headers.Location?.PathAndQuery ?? "/", Login, Plain(Login, "/login"));
        using var entered = await visitor.LogIn(Login, $"https://{Application}/page?a=b", "anna@example.com", "demo");
        using var guest = await visitor.Ask("traefik", Application, "/page?a=b");

        Assert.Equal(HttpStatusCode.Redirect, stranger.StatusCode);
        Assert.Equal($"http://{Login}", stranger.Headers.Location!.GetLeftPart(UriPartial.Authority));
        Assert.Equal(HttpStatusCode.OK, form.StatusCode);
        Assert.Contains("name=\"password\"", await form.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        Assert.Equal($"https://{Application}/page?a=b", entered.Headers.Location!.ToString());
        Assert.StartsWith(Label("addAuthCookiesToResponse") + "=", visitor.LoginCookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, guest.StatusCode);
        Assert.All(Label("authResponseHeaders").Split(','), name => Assert.True(guest.Headers.Contains(name), name));
        Assert.Empty(Identity(guest).Except(Label("authResponseHeaders").Split(','), StringComparer.OrdinalIgnoreCase));
        Assert.Equal("Anna", Assert.Single(guest.Headers.GetValues("X-Auth-Name")));

        Assert.DoesNotContain("0", cluster.Users);
        Assert.All(cluster.WorkingDirectories, static folder => Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(folder) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)));
        Assert.DoesNotContain("[ERROR]", cluster.Output, StringComparison.Ordinal);
        Assert.All(PublishedCluster.Filled.Values.Where(static value => value.Length > 8), secret => Assert.DoesNotContain(secret, cluster.Output, StringComparison.Ordinal));
        await RedisIsWhatTheFileSays(cluster);
    }

    // One Redis for both: starting and publishing is what costs.
    private static async Task RedisIsWhatTheFileSays(PublishedCluster cluster)
    {
        string[] login = ["--user", "uitsmijter", "--pass", PublishedCluster.Filled["REDIS_PASSWORD"]];

        Assert.Contains("NOAUTH", await cluster.AskRedis([], "PING"), StringComparison.Ordinal);
        Assert.Equal("PONG", await cluster.AskRedis(login, "PING"));
        Assert.Contains("aof_enabled:1", await cluster.AskRedis(login, "INFO", "persistence"), StringComparison.Ordinal);
        Assert.Contains("maxmemory_policy:noeviction", await cluster.AskRedis(login, "INFO", "memory"), StringComparison.Ordinal);
        foreach (var command in new string[][] { ["FLUSHALL"], ["CONFIG", "GET", "*"], ["ACL", "LIST"], ["SHUTDOWN"], ["KEYS", "*"] })
        {
            Assert.StartsWith("NOPERM", await cluster.AskRedis(login, command), StringComparison.Ordinal);
        }
    }

    // As Traefik tells of a browser that came without TLS.
    private static Dictionary<string, string?> Plain(string host, string target) => new()
    {
        ["X-Forwarded-Method"] = "GET",
        ["X-Forwarded-Proto"] = "http",
        ["X-Forwarded-Host"] = host,
        ["X-Forwarded-Uri"] = target,
        ["Accept"] = "text/html",
    };

    private static string Label(string option) => new ComposeFile().Services["gateway-1"].Labels["traefik.http.middlewares.uitsmijter.forwardauth." + option];

    private static IEnumerable<string> Identity(HttpResponseMessage answer) =>
        answer.Headers.Select(static header => header.Key).Where(static name => name == "Authorization" || name.StartsWith("X-User-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Auth-", StringComparison.OrdinalIgnoreCase));
}
