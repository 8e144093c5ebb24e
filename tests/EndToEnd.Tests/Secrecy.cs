using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Everything a real process prints and measures, at its most talkative level, holds none of the secrets that went through it.</summary>
public sealed class Secrecy(Secrecy.TalkativeServer server) : IClassFixture<Secrecy.TalkativeServer>
{
    private const string WrongPassword = "an almost right passphrase";
    private const string RightPassword = "correct horse";
    private const string WrongSecret = "a-secret-of-the-shop-9876543210";
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
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var bearer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server.Running.Address, "/auth/traefik")) { Headers = { { "Authorization", "Bearer " + token } } });

        var metrics = await client.GetStringAsync(new Uri(server.Running.Management, "/metrics"));
        var seen = server.Running.Output + metrics;

        Assert.Contains("AUDIT", server.Running.Output, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_login_success", metrics, StringComparison.Ordinal);
        foreach (var secret in new[] { WrongPassword, RightPassword, Tenants.JwtSecret, KeySecret, cookie, cookie.Split('.')[2], token, token.Split('.')[2] })
        {
            Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        }
    }

    [Fact, Trait("Attack", "45")]
    public async Task no_log_line_and_no_metric_holds_a_code_a_client_secret_a_verifier_or_a_token()
    {
        using var client = new RelyingParty(server.World, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        using var liar = new RelyingParty(server.World, "id.shop.test", RelyingParty.Web, WrongSecret);
        var seen = new List<string> { RelyingParty.Secret, WrongSecret, client.Verifier, RightPassword, Basic(RelyingParty.Secret), Basic(WrongSecret) };

        var code = (await client.Answer(client.Request()))["code"];
        var (stolen, _, _) = await liar.Exchange(code);
        var (status, tokens, _) = await client.Exchange(code);
        var (refreshed, next, _) = await client.Refresh(Read(tokens, "refresh_token"));
        var (own, service, _) = await client.Post("/token", new() { ["grant_type"] = "client_credentials", ["scope"] = "orders:read" });
        var (asked, _) = await client.Ask("/userinfo", Read(next, "access_token"));
        var (looked, _, _) = await client.Post("/introspect", new() { ["token"] = Read(next, "refresh_token") });
        var (revoked, _, _) = await client.Post("/revoke", new() { ["token"] = Read(next, "access_token") });
        var (replayed, _, _) = await client.Exchange(code);
        using var misplaced = await client.Get("/authorize?" + string.Join('&', tokens.EnumerateObject().Select(static one => $"{one.Name}={one.Value}")) + $"&code={code}&client_secret={RelyingParty.Secret}");
        seen.AddRange([code, .. Parts(Read(tokens, "access_token")), .. Parts(Read(tokens, "id_token")), .. Parts(Read(next, "access_token")), .. Parts(Read(service, "access_token"))]);
        seen.AddRange([.. Parts(Read(tokens, "refresh_token")), .. Parts(Read(next, "refresh_token"))]);

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest],
            [stolen, status, refreshed, own, asked, looked, revoked, replayed]);
        using var reader = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        var metrics = await reader.GetStringAsync(new Uri(server.Running.Management, "/metrics"));
        var told = server.Running.Output + metrics;
        Assert.Contains("/token\"", metrics, StringComparison.Ordinal);
        Assert.All(seen, secret => Assert.DoesNotContain(secret, told, StringComparison.Ordinal));
    }

    private static string Read(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;

    private static string Basic(string secret) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{RelyingParty.Web}:{secret}"));

    /// <summary>A token, and what it says and signs or redeems with; what stands before the first dot is no secret.</summary>
    private static string[] Parts(string token) => [token, .. token.Split('.')[1..]];

    /// <summary>A server that says everything it can.</summary>
    public sealed class TalkativeServer : IAsyncLifetime
    {
        /// <summary>The server and its tenants.</summary>
        public World World { get; private set; } = null!;

        /// <summary>The server.</summary>
        public AuthenticationServer Running => World.Server;

        /// <inheritdoc />
        public async ValueTask InitializeAsync() => World = await World.Start(static (directory, settings) => AuthenticationServer.Embedded(
            directory,
            new Dictionary<string, string>(settings) { ["KEY_ENCRYPTION_SECRET"] = KeySecret, ["LOG_LEVEL"] = "trace" }));

        /// <inheritdoc />
        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
