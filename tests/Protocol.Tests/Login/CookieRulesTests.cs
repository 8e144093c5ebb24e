using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

public sealed class CookieRulesTests
{
    [Fact]
    public void the_name_is_the_contracts_and_a_suffix_tells_tenants_of_one_domain_apart()
    {
        Assert.Equal("uitsmijter-sso", CookieRules.NameFor(TenantOf(null, null)));
        Assert.Equal("uitsmijter-sso-egg", CookieRules.NameFor(TenantOf(null, null) with { CookieSuffix = "-egg" }));
    }

    [Theory]
    [InlineData(".example.com", "login.example.com", "login.example.com", "app.example.com", ".example.com")]
    [InlineData(null, "login.example.com", "login.example.com", "app.example.com", "login.example.com")]
    [InlineData(null, "login.example.com:8443", "login.example.com", null, "login.example.com")]
    [InlineData(null, null, "app.example.com", "app.example.com", "app.example.com")]
    [InlineData(null, null, "login.public.test", null, "public.test")]
    [InlineData(null, null, "login.example.com", null, "login.example.com")]
    [InlineData(".example.com", null, "login.other.test", null, "login.other.test")]
    [InlineData(".example.com", null, "notexample.com", null, "notexample.com")]
    [InlineData("EXAMPLE.com", null, "login.example.com", null, "example.com")]
    [Trait("Contract", "http 11.2")]
    public void the_domain_of_a_login_for_a_proxy_is_the_first_the_browser_takes(string? cookie, string? domain, string requested, string? target, string expected) =>
        Assert.Equal(expected, CookieRules.DomainFor(TenantOf(cookie, domain), LoginModes.Interceptor, Place(requested, target)));

    [Theory]
    [InlineData("id.example.com", "id.example.com", ".example.com")]
    [InlineData("id.example.com", null, ".example.com")]
    [InlineData("other.example.com", null, "other.example.com")]
    [InlineData("id.example.com", "elsewhere.test", ".example.com")]
    [Trait("Contract", "http 11.2")]
    public void the_domain_of_a_login_for_a_client_comes_from_the_mapping(string requested, string? target, string expected) =>
        Assert.Equal(expected, CookieRules.DomainFor(TenantOf(".ignored.test", "ignored.test"), LoginModes.OAuth, Place(requested, target)));

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("192.168.1.7")]
    [InlineData("intranet")]
    public void addresses_and_single_names_get_a_cookie_without_a_domain(string requested)
    {
        Assert.Null(CookieRules.DomainFor(TenantOf(requested, requested), LoginModes.Interceptor, Place(requested, requested)));
        Assert.Null(CookieRules.DomainFor(TenantOf(requested, requested), LoginModes.OAuth, Place(requested, requested)));
    }

    [Theory]
    [InlineData(".com")]
    [InlineData("com")]
    [InlineData(".co.uk")]
    [InlineData("com.au")]
    [InlineData(".")]
    [InlineData("..example.co.uk")]
    [InlineData("example.co.uk; Path=/evil")]
    public void a_domain_that_belongs_to_strangers_is_never_used(string cookie)
    {
        foreach (var host in new[] { "login.example.com", "login.example.co.uk", "login.example.com.au" })
        {
            Assert.Equal(host, CookieRules.DomainFor(TenantOf(cookie, null), LoginModes.Interceptor, Place(host, null)));
        }
    }

    [Theory]
    [InlineData(".example.com", "login.example.com", new[] { ".example.com", "login.example.com" })]
    [InlineData("login.example.com", "login.example.com", new[] { "login.example.com" })]
    [InlineData(".login.example.com", "login.example.com", new[] { ".login.example.com" })]
    [InlineData(null, "login.example.com", new[] { "login.example.com" })]
    [InlineData(null, "localhost", new string?[] { null })]
    [InlineData(".example.com", "id.example.com", new[] { ".example.com" })]
    [Trait("Contract", "http 48")]
    public void a_logout_clears_every_domain_once(string? cookie, string requested, string?[] expected) =>
        Assert.Equal(expected, CookieRules.DomainsToClear(TenantOf(cookie, null), Place(requested, null)));

    [Theory]
    [InlineData(null, true, "login.example.com", CookieProtection.Secure)]
    [InlineData(null, false, "login.example.com", CookieProtection.Refused)]
    [InlineData(null, false, "localhost", CookieProtection.Plain)]
    [InlineData(null, false, "app.localhost", CookieProtection.Plain)]
    [InlineData(null, false, "127.0.0.1", CookieProtection.Plain)]
    [InlineData(null, false, "[::1]", CookieProtection.Plain)]
    [InlineData(null, false, "10.0.0.1", CookieProtection.Refused)]
    [InlineData(null, false, "localhost.evil.example", CookieProtection.Refused)]
    [InlineData(null, false, "notlocalhost", CookieProtection.Refused)]
    [InlineData(true, false, "login.example.com", CookieProtection.Secure)]
    [InlineData(true, false, "localhost", CookieProtection.Secure)]
    [InlineData(false, true, "login.example.com", CookieProtection.Plain)]
    [InlineData(false, false, "login.example.com", CookieProtection.Plain)]
    [Trait("Attack", "5")]
    public void a_cookie_travels_without_tls_only_on_this_machine_or_when_asked_to(bool? setting, bool https, string host, CookieProtection expected) =>
        Assert.Equal(expected, CookieRules.ProtectionFor(setting, https, host));

    private static CookiePlace Place(string requested, string? target) => new()
    {
        RequestHost = requested,
        TargetHost = target,
        Mapping = ImmutableDictionary<string, string>.Empty.Add("id.example.com", ".example.com"),
        PublicDomain = "public.test:8080",
    };

    private static Tenant TenantOf(string? cookie, string? domain) => new()
    {
        Name = "a",
        Hosts = ["app.example.com"],
        Interceptor = InterceptorSettings.Default with { Cookie = cookie, Domain = domain },
    };
}
