using System.Net;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>What can be said about <c>docker-compose.yml</c> without a Docker engine (issue 4, Compose).</summary>
public sealed class ComposeFileTests
{
    // Read by the listeners and not with the other settings; docs/configuration.md has them in the same table.
    private static readonly string[] _listeners = ["ASPNETCORE_URLS", "MANAGEMENT_HOST"];

    // What our images set for the runtime below us.
    private static readonly string[] _runtime = ["ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics", "DOTNET_GCgen0size"];

    private static readonly Dictionary<string, string> _filled = new()
    {
        ["JWT_SECRET"] = new string('j', 64),
        ["KEY_ENCRYPTION_SECRET"] = new string('k', 64),
        ["REDIS_PASSWORD"] = new string('r', 64),
        ["DOCKER_GROUP"] = "999",
    };

    // Of the Compose Specification, what is used: Compose refuses any other key, and a test must too.
    private static readonly string[] _keys =
    [
        "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "labels", "network_mode", "networks", "ports", "profiles", "pull_policy", "read_only",
        "restart", "security_opt", "stop_grace_period", "tmpfs", "user", "volumes",
    ];

    private readonly ComposeFile _file = new();
    private readonly ImageFile _images = new();

    [Fact]
    public void it_is_written_in_the_words_of_the_compose_specification()
    {
        Assert.Empty(_file.Keys.Where(static key => !key.StartsWith("x-", StringComparison.Ordinal)).Except(["name", "services", "networks", "volumes"]));
        Assert.Empty(_file.Networks.Values.SelectMany(static network => network.Keys).Except(["name", "internal", "ipam"]));
        Assert.All(_file.Services.Values, service =>
        {
            Assert.Empty(service.Keys.Keys.Except(_keys));
            Assert.Empty(service.Keys.TryGetValue("build", out var build) ? ComposeFile.Map(build).Keys.Except(["context", "target"]) : []);
            Assert.Empty(service.Networks.Values.SelectMany(static network => network.Keys).Except(["ipv4_address", "aliases"]));
            Assert.Empty(service.Networks.Keys.Except(_file.Networks.Keys));
            Assert.All(service.After, after => Assert.True(_file.Services[after.Key].Keys.ContainsKey("healthcheck") && after.Value == "service_healthy"));
            Assert.All(service.List("volumes").Where(static mount => mount[0] is not ('.' or '/')), mount => Assert.Contains(mount.Split(':')[0], _file.Volumes));
        });
    }

    [Fact]
    public void it_runs_traefik_redis_two_silos_two_gateways_and_a_page_that_is_protected()
    {
        var targets = _file.Services.Values.CountBy(static service => service.Target ?? service.Image.Split(':')[0]).ToDictionary();

        Assert.Equal(2, targets["silo"]);
        Assert.Equal(2, targets["gateway"]);
        Assert.Equal(1, targets["traefik"]);
        Assert.Equal(1, targets["redis"]);
        Assert.Equal("uitsmijter", _file.Services["demo"].Labels["traefik.http.routers.demo.middlewares"]);
    }

    [Fact]
    public void every_image_is_pinned_and_ours_are_built_here_and_never_pulled()
    {
        Assert.All(_file.Services.Values, static service => Assert.Matches(@":v?\d+\.\d+", service.Image));
        Assert.All(_file.Services.Values.Where(static service => service.Target is not null), service =>
        {
            Assert.Equal("build", service.Keys["pull_policy"]);
            Assert.Contains(service.Target!, _images.Stages);
            Assert.Equal(".", ComposeFile.Map(service.Keys["build"])["context"]);
        });
    }

    [Fact]
    public void every_container_is_unprivileged_and_has_nothing_to_write_to()
    {
        Assert.All(_file.Services.Values, static service =>
        {
            Assert.Equal("true", service.Keys["read_only"]);
            Assert.Equal(["ALL"], service.List("cap_drop"));
            Assert.Equal(["no-new-privileges:true"], service.List("security_opt"));
            Assert.Empty(service.List("cap_add"));
            Assert.False(service.Keys.ContainsKey("privileged"));
            Assert.Matches(@"^[1-9]\d*:", (string)service.Keys["user"]!);
            Assert.All(service.List("tmpfs"), static place => Assert.Contains("noexec", place, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void only_the_proxy_is_published_and_only_to_this_machine()
    {
        var published = _file.Services.Values.Where(static service => service.Keys.ContainsKey("ports")).ToArray();

        Assert.Equal("traefik", Assert.Single(published).Name);
        Assert.All(published[0].List("ports"), static port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
        Assert.DoesNotContain("9090", _file.Text, StringComparison.Ordinal);
        Assert.All(_file.Services.Values, static service => Assert.NotEqual("host", service.Keys.GetValueOrDefault("network_mode")));
    }

    [Fact]
    public void silos_and_redis_are_in_a_network_without_a_way_in_or_out()
    {
        Assert.Equal("true", _file.Networks["back"]["internal"]);
        Assert.All(new[] { "silo-1", "silo-2", "redis" }, name => Assert.Equal(["back"], _file.Services[name].Networks.Keys));
        Assert.All(new[] { "traefik", "demo" }, name => Assert.Equal(["front"], _file.Services[name].Networks.Keys));
        Assert.Equal(["front", "back"], _file.Services["gateway-1"].Networks.Keys);
    }

    [Fact]
    public void every_address_is_one_of_its_network_and_nobody_elses()
    {
        var addresses = _file.Services.Values.SelectMany(static service => service.Networks, static (service, network) => (network.Key, Address: (string)network.Value["ipv4_address"]!)).ToArray();

        Assert.Distinct(addresses.Select(static one => one.Address));
        Assert.All(addresses, one =>
        {
            var subnet = ComposeFile.Map(((List<object>)ComposeFile.Map(_file.Networks[one.Key]["ipam"])["config"]!)[0])["subnet"];
            Assert.True(IPNetwork.Parse((string)subnet!).Contains(IPAddress.Parse(one.Address)));
        });
    }

    [Fact]
    [Trait("Attack", "45")]
    public void gateways_believe_traefik_and_nobody_else()
    {
        var traefik = (string)_file.Services["traefik"].Networks["front"]["ipv4_address"]!;

        Assert.All(Ours("gateway"), service =>
        {
            var trusted = TrustedProxies.Parse(service.Environment["TRUSTED_PROXIES"], isProduction: true, out var problems);
            Assert.Empty(problems);
            Assert.True(trusted.Contains(IPAddress.Parse(traefik)));
            Assert.False(trusted.Contains(IPAddress.Parse((string)_file.Services["demo"].Networks["front"]["ipv4_address"]!)));
            Assert.False(trusted.Contains(IPAddress.Loopback));
        });
    }

    [Fact]
    public void silos_tell_others_the_address_they_have()
    {
        Assert.All(Ours("silo"), static service => Assert.Equal(service.Networks["back"]["ipv4_address"], service.Environment["ORLEANS_ADVERTISED_IP"]));
    }

    [Fact]
    public void every_variable_is_one_that_our_programs_read()
    {
        var read = new HashSet<string>(_listeners);
        ServerSettings.Read(name =>
        {
            read.Add(name);
            return null;
        });
        var documented = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));

        var set = _file.Services.Values.Where(static service => service.Target is not null)
            .SelectMany(service => service.Environment.Keys.Concat(_images.Environment(service.Target!).Keys)).Distinct().Except(_runtime).ToArray();

        Assert.Empty(set.Except(read));
        Assert.All(set, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void the_environment_starts_a_production_process_without_a_problem_or_a_warning(string target)
    {
        Assert.All(Ours(target), service =>
        {
            var environment = service.Filled(_filled);
            var settings = target == "gateway" ? ServerSettings.ReadForGateway(environment.GetValueOrDefault) : ServerSettings.Read(environment.GetValueOrDefault);

            Assert.True(settings.IsProduction);
            Assert.Equal(("redis", "redis"), (settings.Clustering, settings.Storage));
            Assert.Empty(settings.Problems);
            Assert.Empty(settings.Warnings);
        });
    }

    [Fact]
    public void gateways_are_given_no_secret_of_the_silos()
    {
        Assert.All(Ours("gateway"), static service => Assert.Empty(service.Environment.Keys.Intersect(["JWT_SECRET", "KEY_ENCRYPTION_SECRET"])));
    }

    [Fact]
    public void every_secret_is_demanded_and_none_is_committed()
    {
        string[] demanded = ["DOCKER_GROUP", "JWT_SECRET", "KEY_ENCRYPTION_SECRET", "REDIS_PASSWORD"];
        var example = File.ReadLines(Path.Combine(Repository.Root, ".env.example")).Where(static line => line.Length > 0 && line[0] != '#').ToArray();
        var ignored = File.ReadLines(Path.Combine(Repository.Root, ".gitignore"));

        Assert.Equal(demanded, _file.Demanded.Order());
        Assert.Equal(demanded.Select(static name => name + "="), example.Order());
        Assert.Contains(".env", ignored);
        Assert.All(_file.Services.Values.SelectMany(static service => service.Environment).Where(static one => one.Key.Contains("SECRET", StringComparison.Ordinal) || one.Key.Contains("PASSWORD", StringComparison.Ordinal)),
            static one => Assert.StartsWith($"${{{one.Key}:?", one.Value, StringComparison.Ordinal));
        Assert.All(_file.Services.Values.Where(static service => service.Environment.ContainsKey("REDIS_URI")),
            static service => Assert.Contains(",password=${REDIS_PASSWORD:?", service.Environment["REDIS_URI"], StringComparison.Ordinal));
    }

    [Fact]
    public void an_example_that_was_copied_and_not_filled_in_starts_nothing()
    {
        var unchanged = _filled.ToDictionary(static one => one.Key, static _ => "");

        Assert.All([.. Ours("silo"), .. Ours("gateway"), _file.Services["redis"]], service => Assert.Throws<InvalidOperationException>(() => service.Filled(unchanged)));
    }

    [Fact]
    public void what_is_mounted_exists_and_cannot_be_written_to()
    {
        var mounts = _file.Services.Values.SelectMany(static service => service.List("volumes")).Where(static mount => mount.StartsWith('.') || mount.StartsWith('/')).ToArray();

        Assert.All(mounts, static mount => Assert.EndsWith(":ro", mount, StringComparison.Ordinal));
        Assert.All(mounts.Where(static mount => mount.StartsWith("./", StringComparison.Ordinal)), static mount => Assert.True(Path.Exists(Path.Combine(Repository.Root, mount.Split(':')[0]))));
    }

    [Fact]
    public async Task the_mounted_configuration_is_valid_and_both_silos_have_the_same()
    {
        var mounts = Ours("silo").Select(static service => Assert.Single(service.List("volumes"))).Distinct();
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, Assert.Single(mounts).Split(':')[0]))!;

        await using var validation = ServerProcess.Start("uitsmijter", new Dictionary<string, string> { ["ENVIRONMENT"] = "" }, "validate", folder);

        Assert.Equal(0, await validation.Ends());
        Assert.Equal("1 tenants and 1 clients are good; 0 problems, 0 warnings.", validation.Output.Trim());
    }

    [Fact]
    public void a_process_has_longer_to_end_than_it_needs_to_drain()
    {
        Assert.All([.. Ours("silo"), .. Ours("gateway")], service =>
        {
            var settings = ServerSettings.Read(service.Filled(_filled).GetValueOrDefault);
            var grace = TimeSpan.FromSeconds(int.Parse(((string)service.Keys["stop_grace_period"]!).TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture));

            Assert.True(grace > settings.DrainTime + TimeSpan.FromSeconds(30));
        });
    }

    private IEnumerable<ComposeService> Ours(string target) => _file.Services.Values.Where(service => service.Target == target);
}
