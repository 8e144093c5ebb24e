using System.Net;
using System.Net.Sockets;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>The embedded process: how it starts, refuses to start, and ends.</summary>
public sealed class StartTests
{
    private const string Standalone = "uitsmijter";

    [Fact]
    public async Task the_embedded_default_becomes_ready_and_ends_gracefully_when_told()
    {
        await using var server = ServerProcess.Start(Standalone);

        using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);
        await server.Terminate();
        var code = await server.Ends();

        Assert.Equal(0, code);
        Assert.DoesNotContain("[ERROR]", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[CRITICAL]", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_the_start_prints_opens_the_demo_login()
    {
        await using var server = ServerProcess.Start(Standalone);
        var printed = (await server.Says("  Log in ")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (name, password) = (printed[2], printed[6]);
        var address = (await server.Addresses())[0];
        using var visitor = new Visitor(address);
        using var stranger = new Visitor(address);

        using var right = await visitor.LogIn("localhost", "https://localhost/", name, password);
        using var wrong = await stranger.LogIn("localhost", "https://localhost/", name, password + "!");

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.Forbidden), (right.StatusCode, wrong.StatusCode));
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task the_embedded_default_listens_on_loopback_twice_and_nowhere_else()
    {
        await using var server = ServerProcess.Start(Standalone);
        var addresses = await server.Addresses();
        using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);

        var listeners = Listeners(server.Id);

        Assert.Equal(2, addresses.Length);
        Assert.All(addresses, static address => Assert.Equal("127.0.0.1", address.Host));
        Assert.Equal(addresses.Select(static address => address.Port).Order(), listeners.Order());
    }

    [Fact]
    public async Task a_taken_port_is_one_clear_sentence_and_exit_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var server = ServerProcess.Start(Standalone, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}" });
        var code = await server.Ends();

        Assert.Equal(1, code);
        Assert.Equal($"Cannot listen on http://127.0.0.1:{port}: the port is taken by another process; stop it or set ASPNETCORE_URLS to another one.", server.Output.Trim());
    }

    [Fact]
    public async Task a_taken_management_port_names_the_variable_to_change()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var server = ServerProcess.Start(Standalone, new Dictionary<string, string> { ["MANAGEMENT_PORT"] = $"{port}" });
        var code = await server.Ends();

        Assert.Equal(1, code);
        Assert.Contains("set MANAGEMENT_PORT to another one", Assert.Single(server.Output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task bad_settings_are_all_told_at_once_one_a_line_and_exit_code_2()
    {
        var settings = new Dictionary<string, string> { ["ENVIRONMENT"] = "production", ["JWT_SECRET"] = "short-secret-of-a-test", ["ASPNETCORE_URLS"] = "no address" };

        await using var server = ServerProcess.Start(Standalone, settings);
        var code = await server.Ends();

        Assert.Equal(2, code);
        var lines = server.Output.Trim().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains(lines, static line => line.Contains("JWT_SECRET", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("KEY_ENCRYPTION_SECRET", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("STORAGE=redis", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("ASPNETCORE_URLS", StringComparison.Ordinal));
        Assert.DoesNotContain("short-secret-of-a-test", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JWT_SECRET", "")]
    [InlineData("JWT_SECRET", "short-secret-of-a-test")]
    [InlineData("KEY_ENCRYPTION_SECRET", "")]
    [Trait("Attack", "45")]
    public async Task a_missing_or_short_secret_is_one_sentence_that_names_it_and_exit_code_2(string name, string value)
    {
        var settings = new Dictionary<string, string>
        {
            ["ENVIRONMENT"] = "production",
            ["CLUSTERING"] = "redis",
            ["STORAGE"] = "redis",
            ["REDIS_URI"] = "127.0.0.1:1",
            ["JWT_SECRET"] = "a secret that is long enough for every test here",
            ["KEY_ENCRYPTION_SECRET"] = "another secret that is long enough for every test",
            [name] = value,
        };

        await using var server = ServerProcess.Start("Uitsmijter.Actors.Silo", settings);
        var code = await server.Ends();

        Assert.Equal(2, code);
        Assert.Contains(name, Assert.Single(server.Output.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("short-secret-of-a-test", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_icu_the_start_is_refused_with_one_sentence()
    {
        await using var server = ServerProcess.Start(Standalone, new Dictionary<string, string> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" });
        var code = await server.Ends();

        Assert.Equal(2, code);
        Assert.StartsWith("ICU is missing", Assert.Single(server.Output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_gateway_needs_no_secret_in_production()
    {
        var settings = new Dictionary<string, string> { ["ENVIRONMENT"] = "production", ["CLUSTERING"] = "redis", ["REDIS_URI"] = "127.0.0.1:1" };

        await using var gateway = ServerProcess.Start("Uitsmijter.Actors.Gateway", settings);

        using var alive = await gateway.Answers("/health", HttpStatusCode.NoContent);
        using var waiting = await gateway.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("\"missing\"", await waiting.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_command_line_knows_help_and_version()
    {
        await using var help = ServerProcess.Start(Standalone, null, "--help");
        await using var version = ServerProcess.Start(Standalone, null, "--version");

        Assert.Equal(0, await help.Ends());
        Assert.Equal(0, await version.Ends());
        Assert.Contains("serve", help.Output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output.Trim());
    }

    [Fact]
    public async Task validate_reports_every_problem_and_counts()
    {
        var folder = Directory.CreateTempSubdirectory("uitsmijter-validate-").FullName;
        var tenants = Directory.CreateDirectory(Path.Combine(folder, "Resources", "Configurations", "Tenants")).FullName;
        await File.WriteAllTextAsync(Path.Combine(tenants, "broken.yaml"), "name: [broken\n");

        await using var bad = ServerProcess.Start(Standalone, null, "validate", folder);
        await using var good = ServerProcess.Start(Standalone, null, "validate", Path.Combine(Repository.Root, "examples"));
        await using var none = ServerProcess.Start(Standalone, null, "validate", Path.Combine(folder, "nowhere"));

        Assert.Equal(1, await bad.Ends());
        Assert.Matches(@"broken\.yaml:\d+: UA\d{4} ", bad.Output);
        Assert.Equal(0, await good.Ends());
        Assert.Contains(" 0 problems", good.Output, StringComparison.Ordinal);
        Assert.Equal(2, await none.Ends());
        Directory.Delete(folder, recursive: true);
    }

    // The kernel's own list: what a process really listens on, whatever it says.
    private static int[] Listeners(int process)
    {
        var sockets = Directory.GetFiles($"/proc/{process}/fd")
            .Select(static file => new FileInfo(file).LinkTarget ?? "")
            .Where(static target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(static target => target["socket:[".Length..^1])
            .ToHashSet();
        return [.. new[] { "tcp", "tcp6" }
            .SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[3] == "0A" && sockets.Contains(columns[9]))
            .Select(static columns => int.Parse(columns[1].Split(':')[1], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture))];
    }
}
