using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

[Trait("Attack", "43")]
public sealed class LoginTenantTests
{
    private static readonly Tenant _cheese = TenantOf("cheese", "login.example.com:8443", "cookbooks.example.com", "goat.example.com");
    private static readonly Tenant _egg = TenantOf("egg", "login.example.com", "*.egg.example.com");
    private static readonly Tenant _ham = TenantOf("ham", "id.ham.test", "id.ham.test", "page.ham.test");
    private static readonly Tenant _plain = TenantOf("plain", null, "app.plain.test");

    private static readonly CatalogSnapshot _catalog = CatalogSnapshot.Empty.With(new CatalogDelta
    {
        Tenants = [_cheese, _egg, _ham, _plain],
        Version = 1,
        Loaded = true,
    });

    [Theory]
    [InlineData("login.example.com", "cookbooks.example.com", "cheese")]
    [InlineData("login.example.com", "yolk.egg.example.com", "egg")]
    [InlineData("cookbooks.example.com", "goat.example.com", "cheese")]
    [InlineData("id.ham.test", "page.ham.test", "ham")]
    [InlineData("id.ham.test", null, "ham")]
    [InlineData("id.ham.test", "id.ham.test", "ham")]
    [InlineData("cookbooks.example.com", "login.example.com", "cheese")]
    [InlineData("public.test", "app.plain.test", "plain")]
    [InlineData("public.test", null, "plain")]
    public void the_target_chooses_among_the_tenants_of_the_requested_host(string requested, string? target, string expected) =>
        Assert.Equal(expected, LoginTenantRules.Choose(_catalog, requested, target, "public.test")?.Name);

    [Theory]
    [InlineData("login.example.com", "page.ham.test")]
    [InlineData("id.ham.test", "cookbooks.example.com")]
    [InlineData("cookbooks.example.com", "yolk.egg.example.com")]
    [InlineData("public.test", "cookbooks.example.com")]
    [InlineData("login.example.com", "evil.example")]
    [InlineData("id.ham.test", "evil.example")]
    [InlineData("evil.example", "cookbooks.example.com")]
    [InlineData("evil.example", null)]
    [InlineData("id.ham.test", "login.example.com")]
    public void a_target_chooses_no_tenant_the_requested_host_does_not_work_for(string requested, string? target) =>
        Assert.Null(LoginTenantRules.Choose(_catalog, requested, target, "public.test"));

    [Theory]
    [InlineData(null)]
    [InlineData("login.example.com")]
    public void a_login_host_of_two_tenants_alone_means_none_of_them(string? target) =>
        Assert.Null(LoginTenantRules.Choose(_catalog, "login.example.com", target, "public.test"));

    [Theory]
    [InlineData("goat.example.com", true)]
    [InlineData("login.example.com", true)]
    [InlineData(null, true)]
    [InlineData("yolk.egg.example.com", false)]
    [InlineData("evil.example", false)]
    public void a_person_returns_to_hosts_of_their_tenant_and_to_its_login_host_only(string? target, bool expected) =>
        Assert.Equal(expected, LoginTenantRules.MayReturnTo(_catalog, "cookbooks.example.com", _cheese, new ReturnTarget("x", target), "public.test"));

    private static Tenant TenantOf(string name, string? domain, params string[] hosts) => new()
    {
        Name = name,
        Hosts = [.. hosts],
        Interceptor = InterceptorSettings.Default with { Domain = domain },
    };
}
