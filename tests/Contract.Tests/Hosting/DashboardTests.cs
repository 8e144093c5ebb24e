using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>The Orleans dashboard: off by default, on the management port alone, for whoever has its credential (attack 45).</summary>
public sealed class DashboardTests
{
    private const string Token = "a-management-token-of-at-least-32-bytes";

    [Fact]
    [Trait("Attack", "45")]
    public async Task an_operator_opens_it_in_a_browser_and_nobody_else_anywhere()
    {
        await using var server = ServerProcess.Start("uitsmijter", new Dictionary<string, string> { ["MANAGEMENT_TOKEN"] = Token, ["ORLEANS_DASHBOARD"] = "true" });
        using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);
        var addresses = await server.Addresses();
        using var open = new HttpClient { BaseAddress = addresses[0] };
        using var management = new HttpClient { BaseAddress = addresses[^1] };

        using var page = await management.SendAsync(Asking("/dashboard/", Typed("operator", Token)));
        using var figures = await management.SendAsync(Asking("/dashboard/DashboardCounters", new AuthenticationHeaderValue("Bearer", Token)));
        using var stranger = await management.GetAsync("/dashboard/");
        using var guess = await management.SendAsync(Asking("/dashboard/", Typed("operator", Token + "x")));
        using var state = await management.SendAsync(Asking("/dashboard/GrainState?grainId=x&grainType=y", Typed("operator", Token)));
        using var outside = await open.SendAsync(Asking("/dashboard/", Typed("operator", Token)));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (page.StatusCode, figures.StatusCode));
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Uitsmijter", await figures.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (stranger.StatusCode, guess.StatusCode));
        Assert.Equal("Basic", Assert.Single(stranger.Headers.WwwAuthenticate).Scheme);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (state.StatusCode, outside.StatusCode));
        Assert.DoesNotContain(Token, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task a_password_that_a_browser_sends_along_commands_nothing()
    {
        await using var server = ServerProcess.Start("uitsmijter", new Dictionary<string, string> { ["MANAGEMENT_TOKEN"] = Token, ["ORLEANS_DASHBOARD"] = "true" });
        using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);
        using var management = new HttpClient { BaseAddress = (await server.Addresses())[^1] };

        using var listed = await management.SendAsync(Asking("/tenants", Typed("operator", Token)));

        Assert.Equal(HttpStatusCode.Unauthorized, listed.StatusCode);
    }

    [Fact]
    public async Task it_is_off_where_nobody_asked_for_it()
    {
        await using var server = ServerProcess.Start("uitsmijter", new Dictionary<string, string> { ["MANAGEMENT_TOKEN"] = Token });
        using var ready = await server.Answers("/health/ready", HttpStatusCode.NoContent);
        using var management = new HttpClient { BaseAddress = (await server.Addresses())[^1] };

        using var page = await management.SendAsync(Asking("/dashboard/", Typed("operator", Token)));

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    private static HttpRequestMessage Asking(string path, AuthenticationHeaderValue credential) => new(HttpMethod.Get, path) { Headers = { Authorization = credential } };

    private static AuthenticationHeaderValue Typed(string name, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
}
