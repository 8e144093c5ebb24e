using System.Net;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Attack group 8: whoever looks like a health check is a stranger like everybody else.</summary>
[Trait("Attack", "8")]
public sealed class ProbeAttackTests
{
    private const string Host = "cookbooks.example.com";

    private static readonly string[] _dialects = ["/interceptor", "/auth/traefik", "/auth/caddy", "/auth/nginx", "/auth/envoy", "/auth/check"];

    [Theory]
    [InlineData("/ping")]
    [InlineData("/healthz")]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    [InlineData("/readyz")]
    [InlineData("/livez")]
    [InlineData("/metrics")]
    [InlineData("/status")]
    [InlineData("/robots.txt")]
    [InlineData("/favicon.ico")]
    [InlineData("/.well-known/acme-challenge/x")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/login")]
    [InlineData("/oauth2/ping")]
    [InlineData("/auth/check")]
    [InlineData("/ping?/public/a")]
    public async Task a_path_that_sounds_like_a_probe_is_protected_like_any_other(string path)
    {
        await using var gate = await Gate.Open();

        foreach (var dialect in _dialects)
        {
            using var answer = await gate.Send(HttpMethod.Get, dialect == "/auth/envoy" ? dialect + path : dialect, Question(path), Host);

            Refused(answer);
        }
    }

    [Theory]
    [InlineData("kube-probe/1.33")]
    [InlineData("GoogleHC/1.0")]
    [InlineData("ELB-HealthChecker/2.0")]
    [InlineData("Amazon-Route53-Health-Check-Service")]
    [InlineData("Mozilla/5.0 (compatible; bingbot/2.0)")]
    [InlineData("Envoy/HC")]
    [InlineData("HAProxy/health")]
    [InlineData("Consul Health Check")]
    [InlineData("Blackbox Exporter/0.27")]
    [InlineData("curl/8.0")]
    [InlineData("")]
    public async Task the_user_agent_of_a_probe_opens_nothing_at_any_proxy(string agent)
    {
        await using var gate = await Gate.Open();

        foreach (var dialect in _dialects)
        {
            var question = Question("/ping");
            question["User-Agent"] = agent;
            using var answer = await gate.Send(HttpMethod.Get, dialect == "/auth/envoy" ? dialect + "/ping" : dialect, question, Host);

            Refused(answer);
        }
    }

    private static void Refused(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.Contains("X-User-Ident"));
        Assert.False(answer.Headers.Contains("Authorization"));
    }

    private static Dictionary<string, string> Question(string path) => new()
    {
        ["X-Forwarded-Method"] = "GET",
        ["X-Forwarded-Proto"] = "https",
        ["X-Forwarded-Host"] = Host,
        ["X-Forwarded-Uri"] = path,
        ["X-Original-Method"] = "GET",
        ["X-Original-URL"] = $"https://{Host}{path}",
        ["Accept"] = "application/json",
        ["Sec-Fetch-Mode"] = "no-cors",
    };
}
