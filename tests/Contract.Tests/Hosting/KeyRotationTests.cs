using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>Rotation on command, as an operator does it: the command line against a running server.</summary>
public sealed class KeyRotationTests
{
    private const string Standalone = "uitsmijter";
    private const string Token = "a-management-token-of-at-least-32-bytes";

    [Fact]
    public async Task the_command_announces_a_key_that_the_key_set_shows_at_once_and_the_audit_names()
    {
        await using var server = ServerProcess.Start(Standalone, new Dictionary<string, string> { ["MANAGEMENT_TOKEN"] = Token });
        var addresses = await server.Addresses();
        using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);
        var before = await Kids(addresses[0]);

        await using var wrong = Command(addresses[^1], "another-token-that-is-also-long-enough!");
        var (refused, _) = (await wrong.Ends(), await wrong.Says("missing or wrong"));
        await using var right = Command(addresses[^1], Token);
        var done = await right.Ends();
        var after = await Kids(addresses[0]);

        Assert.Equal((1, 0), (refused, done));
        Assert.Single(before);
        var added = Assert.Single(after.Except(before));
        Assert.Contains(added, right.Output, StringComparison.Ordinal);
        Assert.Contains($"Keys rotated: tenant=demo kid={added}", await server.Says("Keys rotated"), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task the_public_port_knows_no_such_path_and_without_a_token_neither_does_the_management_port()
    {
        await using var guarded = ServerProcess.Start(Standalone, new Dictionary<string, string> { ["MANAGEMENT_TOKEN"] = Token });
        await using var open = ServerProcess.Start(Standalone);
        using var guardedReady = await guarded.Answers("/health/ready", HttpStatusCode.NoContent);
        using var openReady = await open.Answers("/health/ready", HttpStatusCode.NoContent);

        var onPublic = await Post((await guarded.Addresses())[0], Token);
        var unset = await Post((await open.Addresses())[^1], "");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (onPublic, unset));
    }

    [Fact]
    public async Task a_token_that_could_be_guessed_refuses_the_start()
    {
        await using var server = ServerProcess.Start(Standalone, new Dictionary<string, string> { ["MANAGEMENT_TOKEN"] = "short" });

        var code = await server.Ends();

        Assert.Equal(2, code);
        Assert.Contains("MANAGEMENT_TOKEN has 5 bytes", await server.Says("MANAGEMENT_TOKEN"), StringComparison.Ordinal);
    }

    private static ServerProcess Command(Uri management, string token) =>
        ServerProcess.Start(Standalone, new Dictionary<string, string> { ["MANAGEMENT_TOKEN"] = token }, "keys", "rotate", "demo", "--management", management.ToString());

    private static async Task<HttpStatusCode> Post(Uri address, string token)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var answer = await client.PostAsync("/tenants/demo/keys/rotate", null);
        return answer.StatusCode;
    }

    private static async Task<string[]> Kids(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Host = "localhost";
        using var set = JsonDocument.Parse(await client.GetStringAsync("/.well-known/jwks.json"));
        return [.. set.RootElement.GetProperty("keys").EnumerateArray().Select(static key => key.GetProperty("kid").GetString()!)];
    }
}
