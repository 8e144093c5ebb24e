using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>The labels in <c>docker-compose.yml</c> against what the contract says about Traefik (proxies.md A and B.2).</summary>
public sealed class TraefikLabelTests
{
    private const string Door = "traefik.http.middlewares.uitsmijter.forwardauth.";

    // Every option of the middleware that there is (proxies.md B.2.1): a misspelt label would be ignored by nobody and noticed by nobody.
    private static readonly string[] _options =
    [
        "address", "trustForwardHeader", "authRequestHeaders", "authResponseHeaders", "authResponseHeadersRegex", "addAuthCookiesToResponse", "forwardBody", "maxBodySize",
        "maxResponseBodySize", "headerField", "preserveLocationHeader", "preserveRequestMethod", "authSigninURL",
    ];

    private readonly ComposeFile _file = new();

    private Dictionary<string, string> Labels => _file.Services["gateway-1"].Labels;

    [Fact]
    public void both_gateways_describe_the_same_service()
    {
        Assert.Equal(Labels, _file.Services["gateway-2"].Labels);
        Assert.All(new[] { "gateway-1", "gateway-2" }, name => Assert.Equal(["uitsmijter"], ComposeFile.List(_file.Services[name].Networks["front"]["aliases"])));
    }

    [Fact]
    public void the_question_goes_to_the_dialect_of_traefik_at_both_gateways()
    {
        var address = new Uri(Labels[Door + "address"]);

        Assert.Equal(("http", "uitsmijter", 8080, "/auth/traefik"), (address.Scheme, address.Host, address.Port, address.PathAndQuery));
    }

    [Fact]
    public void every_option_is_one_that_traefik_knows_and_says_what_the_contract_asks()
    {
        var set = Labels.Where(static one => one.Key.StartsWith(Door, StringComparison.Ordinal)).ToDictionary(static one => one.Key[Door.Length..], static one => one.Value);

        Assert.Empty(set.Keys.Except(_options));
        Assert.Equal("false", set["trustForwardHeader"]);
        Assert.Equal("false", set["forwardBody"]);
        Assert.Equal("uitsmijter-sso", set["addAuthCookiesToResponse"]);
        Assert.Equal("65536", set["maxResponseBodySize"]);

        // All headers arrive at the question, our absolute Location is relayed as it is, and our address is not replaced by a fixed one.
        Assert.Empty(set.Keys.Intersect(["authRequestHeaders", "authSigninURL", "preserveLocationHeader", "preserveRequestMethod"]));
    }

    [Fact]
    [Trait("Attack", "45")]
    public void traefik_believes_no_client_about_itself_and_shows_only_what_asks_for_it()
    {
        var command = _file.Services["traefik"].List("command");

        Assert.DoesNotContain(command, static argument => argument.Contains("forwardedHeaders", StringComparison.OrdinalIgnoreCase) || argument.Contains("insecure", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("--providers.docker.exposedByDefault=false", command);
        Assert.Contains($"--providers.docker.network={_file.Networks["front"]["name"]}", command);
        Assert.DoesNotContain(command, static argument => argument.StartsWith("--api", StringComparison.Ordinal));
    }

    [Fact]
    public void the_login_host_serves_everything_but_the_questions()
    {
        var rule = Labels["traefik.http.routers.login.rule"];

        // PathPrefix compares characters and not segments: without its slash, /auth would take /authorize away with it.
        Assert.Equal("Host(`login.uitsmijter.localhost`) && !PathPrefix(`/interceptor`) && !PathPrefix(`/auth/`)", rule);
        Assert.Equal("uitsmijter", Labels["traefik.http.routers.login.service"]);
        Assert.Contains("&& !PathPrefix(`/interceptor`) && !PathPrefix(`/auth/`)", DocumentedProxy.Traefik, StringComparison.Ordinal);
    }

    [Fact]
    public void a_gateway_that_is_not_ready_is_asked_for_no_page_and_its_drain_time_is_enough_to_notice()
    {
        const string Balancer = "traefik.http.services.uitsmijter.loadbalancer.";

        Assert.Equal("8080", Labels[Balancer + "server.port"]);
        Assert.Equal("/health/ready", Labels[Balancer + "healthcheck.path"]);
        Assert.Equal(("1s", "1s"), (Labels[Balancer + "healthcheck.interval"], Labels[Balancer + "healthcheck.timeout"]));
    }

    [Fact]
    public void every_router_and_middleware_that_is_named_exists()
    {
        var all = _file.Services.Values.SelectMany(static service => service.Labels).ToArray();
        var entryPoints = _file.Services["traefik"].List("command").Where(static argument => argument.StartsWith("--entryPoints.", StringComparison.Ordinal)).Select(static argument => argument.Split('.')[1]);

        Assert.All(all.Where(static one => one.Key.EndsWith(".middlewares", StringComparison.Ordinal)), one => Assert.Contains(all, other => other.Key.StartsWith($"traefik.http.middlewares.{one.Value}.", StringComparison.Ordinal)));
        Assert.All(all.Where(static one => one.Key.EndsWith(".entryPoints", StringComparison.Ordinal)), one => Assert.Contains(one.Value, entryPoints));
        Assert.All(_file.Services.Values.Where(static service => service.Labels.Count > 0), static service => Assert.Equal("true", service.Labels["traefik.enable"]));
    }
}
