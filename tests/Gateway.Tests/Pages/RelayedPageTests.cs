using System.Text.RegularExpressions;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>An error page that a proxy relays is shown at the application's host: everything it needs comes from the login host or travels inside.</summary>
public sealed partial class RelayedPageTests
{
    public static TheoryData<string> RelayingDialects { get; } = ["/interceptor", "/auth/traefik", "/auth/caddy", "/auth/check"];

    [Theory, MemberData(nameof(RelayingDialects))]
    [Trait("Contract", "http 76")]
    public async Task a_page_of_a_tenant_takes_its_files_from_the_login_host(string dialect)
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", "/a", dialect: dialect, headers: new() { ["X-Forwarded-Method"] = "POST" });
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.NotEmpty(Links(html));
        Assert.All(Links(html), static link => Assert.StartsWith("https://login.example.com/", link, StringComparison.Ordinal));
        Assert.Equal(
            "default-src 'none'; style-src https://login.example.com; img-src https://login.example.com; font-src https://login.example.com; "
            + "script-src https://login.example.com; base-uri 'none'; frame-ancestors 'none'; form-action https://login.example.com",
            answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory, MemberData(nameof(RelayingDialects))]
    [Trait("Contract", "http 76")]
    public async Task a_page_of_nobody_carries_its_files_inside(string dialect)
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("unknown.example.org", dialect: dialect);
        var html = await answer.Content.ReadAsStringAsync();
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.NotEmpty(Links(html));
        Assert.All(Links(html), static link => Assert.Matches("^data:[a-z/+;=0-9-]+;base64,[A-Za-z0-9+/=]{500,}$", link));
        Assert.Contains("style-src data:; img-src data:;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        Assert.True(html.Length < 64 * 1024, "longer than the documented limit of Traefik");
    }

    [Fact]
    public async Task every_other_refusal_is_complete_as_well()
    {
        await using var gate = await Gate.Open();

        using var switchedOff = await gate.Ask("pepper.example.com");
        using var unreadable = await gate.Ask("cookbooks.example.com", headers: new() { ["X-Forwarded-Proto"] = "gopher" });

        Assert.Equal(403, (int)switchedOff.StatusCode);
        Assert.Equal(400, (int)unreadable.StatusCode);
        foreach (var answer in new[] { switchedOff, unreadable })
        {
            Assert.All(Links(await answer.Content.ReadAsStringAsync()), static link => Assert.DoesNotMatch("^/", link));
            Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact]
    public void a_policy_of_the_tenant_means_the_login_host_too()
    {
        var tenant = SomePages.Tenant with { Pages = SomePages.Tenant.Pages with { ContentSecurityPolicy = "default-src 'self' https://cdn.example" } };

        var policy = PageHeaders.Policy(tenant, PageModel.Empty, AssetHome.At("https://login.cheese.example:8443"));

        Assert.Equal("default-src https://login.cheese.example:8443 https://cdn.example", policy);
    }

    [Theory]
    [InlineData("https://")]
    [InlineData("https://login.example; script-src *")]
    [InlineData("https://login.example'")]
    public void a_login_host_that_is_none_is_not_linked_to(string origin) => Assert.Same(AssetHome.Inside, AssetHome.At(origin));

    private static string[] Links(string html) => [.. Link.Matches(html).Select(static match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value))];

    [GeneratedRegex("<link[^>]* href=\"([^\"]*)\"")]
    private static partial Regex Link { get; }
}
