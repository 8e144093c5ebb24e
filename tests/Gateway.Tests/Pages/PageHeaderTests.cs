using Microsoft.AspNetCore.Http;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

public sealed class PageHeaderTests
{
    private const string StrictPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    [Theory]
    [InlineData("Index", " login.cheese.example login.cheese.example:* *.cheese.example:*")]
    [InlineData("Login", " https://wiki.cheese.example login.cheese.example:* *.cheese.example:*")]
    [InlineData("Logout", " https://wiki.cheese.example login.cheese.example:* *.cheese.example:*")]
    [InlineData("Activate", " login.cheese.example:* *.cheese.example:*")]
    [InlineData("Consent", " https://wiki.cheese.example login.cheese.example:* *.cheese.example:*")]
    [InlineData("Error", " login.cheese.example:* *.cheese.example:*")]
    [Trait("Attack", "34")]
    public async Task every_page_carries_exactly_these_headers(string name, string formTargets)
    {
        await using var host = await PageHost.Start();
        var (page, model) = SomePages.All.Single(entry => entry.Page.ToString() == name);

        using var answer = await host.Show(page, model, SomePages.Tenant);

        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Server" or "Transfer-Encoding"))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "Cache-Control: no-store",
                "Content-Language: en",
                "Content-Security-Policy: " + StrictPolicy + formTargets,
                "Content-Type: text/html; charset=utf-8",
                "Cross-Origin-Opener-Policy: same-origin",
                "Cross-Origin-Resource-Policy: same-origin",
                "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
                "Referrer-Policy: same-origin",
                "Vary: Accept-Language",
                "X-Content-Type-Options: nosniff",
                "X-Frame-Options: DENY",
            ],
            headers);
    }

    [Fact]
    public void transport_security_is_asked_for_over_https_and_never_on_localhost()
    {
        var secure = Headers(isHttps: true, "login.cheese.example", SomePages.Tenant);
        var plain = Headers(isHttps: false, "login.cheese.example", SomePages.Tenant);
        var local = Headers(isHttps: true, "localhost", SomePages.Tenant);

        Assert.Equal("max-age=31536000", secure.StrictTransportSecurity);
        Assert.Equal(0, plain.StrictTransportSecurity.Count);
        Assert.Equal(0, local.StrictTransportSecurity.Count);
    }

    [Fact]
    public void a_host_that_is_not_ours_is_never_told_to_stay_with_https()
    {
        var unknown = Headers(isHttps: true, "who.example", tenant: null);
        var relayed = Headers(isHttps: true, "wiki.cheese.example", SomePages.Tenant, AssetHome.At("https://login.cheese.example"));
        var carried = Headers(isHttps: true, "who.example", SomePages.Tenant, AssetHome.Inside);

        Assert.Equal(0, unknown.StrictTransportSecurity.Count);
        Assert.Equal(0, relayed.StrictTransportSecurity.Count);
        Assert.Equal(0, carried.StrictTransportSecurity.Count);
    }

    [Theory]
    [InlineData("default-src 'self'; script-src 'self' https://cdn.example", true)]
    [InlineData("default-src 'self'\r\nSet-Cookie: a=b", false)]
    [InlineData("default-src 'self' https://ümlaut.example", false)]
    [InlineData("", false)]
    public void a_tenant_may_bring_its_own_policy_but_no_other_header(string own, bool taken)
    {
        var tenant = SomePages.Tenant with { Pages = new() { ContentSecurityPolicy = own } };

        var policy = PageHeaders.Policy(tenant, SomePages.Login, AssetHome.Here);

        Assert.Equal(taken, policy == own);
        Assert.Equal(!taken, policy.StartsWith(StrictPolicy, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://app.example/x?y=z", "https://app.example")]
    [InlineData("http://app.example:8080/x", "http://app.example:8080")]
    [InlineData("//app.example:8443/x", "app.example:8443")]
    [InlineData("com.example.app:/callback", "com.example.app:")]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example")]
    [InlineData("/relative", null)]
    [InlineData("relative", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("data:text/html,x", null)]
    [InlineData("https://a.example;script-src *", null)]
    [InlineData("https://a.example script-src *", null)]
    [InlineData("https://[::1]/", null)]
    [InlineData("https://*/", null)]
    [InlineData("", null)]
    public void the_place_of_a_target_is_a_clean_policy_source_or_nothing(string target, string? source) =>
        Assert.Equal(source, SafeTarget.PolicySource(target));

    [Theory]
    [InlineData("app.example", "app.example:*")]
    [InlineData("*.app.example", "*.app.example:*")]
    [InlineData("foo-*.app.example", "*.app.example:*")]
    [InlineData("*.*.example", "*.example:*")]
    [InlineData("app.*", "")]
    [InlineData("app.example; script-src *", "")]
    public void a_host_pattern_becomes_a_source_that_covers_it(string pattern, string source)
    {
        var tenant = SomePages.Tenant with { Hosts = [pattern] };

        var policy = PageHeaders.Policy(tenant, PageModel.Empty, AssetHome.Here);

        Assert.Equal((StrictPolicy + " " + source).TrimEnd(), policy);
    }

    [Fact]
    public void a_tenant_with_a_thousand_hosts_keeps_the_header_small()
    {
        var tenant = SomePages.Tenant with { Hosts = [.. Enumerable.Range(0, 1000).Select(i => $"host-{i}.example.com")] };

        var policy = PageHeaders.Policy(tenant, SomePages.Login, AssetHome.Here);

        Assert.Equal(StrictPolicy + " https://wiki.cheese.example", policy);
    }

    [Fact]
    public void a_client_that_the_login_leads_to_may_be_redirected_to()
    {
        var model = new PageModel { RequestUri = "/authorize?x=y", FormTargets = ["https://client.example/callback", "com.example.app:/cb"] };

        var policy = PageHeaders.Policy(null, model, AssetHome.Here);

        Assert.EndsWith("form-action 'self' https://client.example com.example.app:", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    [InlineData("https, http", false)]
    public async Task a_trusted_proxy_says_that_the_browser_spoke_tls(string proto, bool secure)
    {
        await using var host = await PageHost.Start();
        host.Answer = context => host.Pages.Write(context, PageName.Login, SomePages.Tenant, 200, SomePages.Login);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/login");
        request.Headers.Host = "login.cheese.example";
        request.Headers.Add("X-Forwarded-Proto", proto);

        using var answer = await host.Client.SendAsync(request);

        Assert.Equal(secure, answer.Headers.Contains("Strict-Transport-Security"));
    }

    private static IHeaderDictionary Headers(bool isHttps, string host, Tenant? tenant, AssetHome? home = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString(host);
        PageHeaders.Apply(context, tenant, PageModel.Empty, isHttps, home ?? AssetHome.Here);
        return context.Response.Headers;
    }
}
