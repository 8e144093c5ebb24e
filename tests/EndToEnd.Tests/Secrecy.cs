using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Everything a real process prints and measures, at its most talkative level, holds none of the secrets that went through it.</summary>
public sealed class Secrecy(Secrecy.TalkativeServer server) : IClassFixture<Secrecy.TalkativeServer>
{
    private const string WrongPassword = "an almost right passphrase";
    private const string RightPassword = "correct horse";
    private const string KeySecret = "the key encryption secret of this very test";

    [Theory, Trait("Attack", "45"), Trait("Contract", "configuration 5.6")]
    [InlineData("login.example.test", "cookbooks.example.test")]
    [InlineData("login.example.test", "yolk.egg.example.test")]
    [InlineData("id.ham.test", "page.ham.test")]
    public async Task no_log_line_and_no_metric_holds_a_password_a_cookie_or_a_token(string loginHost, string applicationHost)
    {
        using var visitor = new Visitor(server.Running.Address);
        using var refused = await visitor.LogIn(loginHost, $"https://{applicationHost}/", "ada@example.com", WrongPassword);
        using var login = await visitor.LogIn(loginHost, $"https://{applicationHost}/", "ada@example.com", RightPassword);
        var cookie = visitor.LoginCookie!.Split('=', 2)[1];
        using var answer = await visitor.Ask("traefik", applicationHost);
        var token = answer.Headers.GetValues("Authorization").Single().Split(' ')[1];
        using var logout = await visitor.Send(HttpMethod.Get, "/logout?post_logout_redirect_uri=//" + applicationHost, loginHost, new() { ["X-Forwarded-Host"] = loginHost, ["X-Forwarded-Proto"] = "https" });
        using var bearer = await new HttpClient().SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server.Running.Address, "/auth/traefik")) { Headers = { { "Authorization", "Bearer " + token } } });

        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri(server.Running.Management, "/metrics"));
        var seen = server.Running.Output + metrics;

        Assert.Contains("AUDIT", server.Running.Output, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_login_success", metrics, StringComparison.Ordinal);
        foreach (var secret in new[] { WrongPassword, RightPassword, Tenants.JwtSecret, KeySecret, cookie, cookie.Split('.')[2], token, token.Split('.')[2] })
        {
            Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        }
    }

    /// <summary>A server that says everything it can.</summary>
    public sealed class TalkativeServer : IAsyncLifetime
    {
        private string _directory = "";

        /// <summary>The server.</summary>
        public AuthenticationServer Running { get; private set; } = null!;

        /// <inheritdoc />
        public async ValueTask InitializeAsync()
        {
            _directory = Directory.CreateTempSubdirectory("uitsmijter-secrecy-").FullName;
            Tenants.Write(Path.Combine(_directory, "Resources", "Configurations"), 443);
            Running = await AuthenticationServer.Embedded(_directory, new Dictionary<string, string>
            {
                ["JWT_SECRET"] = Tenants.JwtSecret,
                ["KEY_ENCRYPTION_SECRET"] = KeySecret,
                ["LOG_LEVEL"] = "trace",
                ["LOG_FORMAT"] = "ndjson",
            });
        }

        /// <inheritdoc />
        public async ValueTask DisposeAsync()
        {
            await Running.DisposeAsync();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
