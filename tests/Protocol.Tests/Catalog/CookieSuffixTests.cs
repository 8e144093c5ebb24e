using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Catalog;

public sealed class CookieSuffixTests
{
    private CatalogSet _set = new(ImmutableDictionary<string, string>.Empty);

    private static TenantEntry Entry(string name, string? cookie, params string[] hosts) => new()
    {
        Source = name + ".yaml",
        Tenant = new Tenant { Name = name, Hosts = [.. hosts], Interceptor = new InterceptorSettings { Cookie = cookie } },
    };

    private CatalogOutcome Apply(params TenantEntry[] entries) =>
        _set.Apply([.. entries.Select(static entry => new SourceChange.ToTenant(entry, default, []))]);

    private string SuffixOf(string name) => _set.Tenant(name)!.Tenant.CookieSuffix;

    [Fact]
    public void tenants_of_different_domains_have_the_plain_name()
    {
        var outcome = Apply(Entry("a", ".a.test", "login.a.test"), Entry("b", ".b.test", "login.b.test"));

        Assert.Equal(("", ""), (SuffixOf("a"), SuffixOf("b")));
        Assert.Empty(outcome.Raised);
    }

    [Fact]
    public void tenants_that_share_a_cookie_domain_get_a_suffix_in_the_order_of_their_names_and_both_are_told()
    {
        var outcome = Apply(Entry("egg/egg", ".example.com", "*.egg.example.com"), Entry("cheese/cheese", ".example.com", "id.example.com"));

        Assert.Equal(("", "-egg-egg"), (SuffixOf("cheese/cheese"), SuffixOf("egg/egg")));
        Assert.Equal(["UA1065", "UA1065"], outcome.Raised.Select(static problem => problem.Id));
    }

    [Theory]
    [InlineData(".example.com", "a.example.com", ".sub.example.com", "x.sub.example.com")]
    [InlineData(".sub.example.com", "x.sub.example.com", ".example.com", "a.example.com")]
    [InlineData(".example.com", "a.example.com", null, "b.example.com")]
    [InlineData(null, "b.example.com", ".example.com", "a.example.com")]
    [InlineData(null, "example.com", null, "b.example.com")]
    [InlineData("example.com", "a.example.com", null, "*.c.example.com")]
    public void cookies_that_reach_the_hosts_of_another_tenant_get_a_suffix_too(string? firstCookie, string firstHost, string? secondCookie, string secondHost)
    {
        Apply(Entry("a", firstCookie, firstHost));

        Apply(Entry("b", secondCookie, secondHost));

        Assert.Equal(("", "-b"), (SuffixOf("a"), SuffixOf("b")));
    }

    [Theory]
    [InlineData(".example.com", "a.example.com", ".notexample.com", "a.notexample.com")]
    [InlineData(null, "a.example.com", null, "b.example.com")]
    [InlineData(".localhost", "a.localhost", ".localhost", "b.localhost")]
    [InlineData(null, "*.a.test", null, "*.b.test")]
    public void cookies_that_never_meet_keep_the_plain_name(string? firstCookie, string firstHost, string? secondCookie, string secondHost)
    {
        Apply(Entry("a", firstCookie, firstHost), Entry("b", secondCookie, secondHost));

        Assert.Equal(("", ""), (SuffixOf("a"), SuffixOf("b")));
    }

    [Fact]
    public void configured_cookie_domains_count()
    {
        _set = new CatalogSet(new Dictionary<string, string> { ["a.test"] = ".shared.test", ["b.test"] = ".shared.test" });

        Apply(Entry("a", null, "a.test"), Entry("b", null, "b.test"));

        Assert.Equal(("", "-b"), (SuffixOf("a"), SuffixOf("b")));
    }

    [Fact]
    public void a_newcomer_of_an_earlier_name_takes_nobodys_cookie_name()
    {
        Apply(Entry("m", ".example.com", "m.example.com"));

        var outcome = Apply(Entry("a", ".example.com", "a.example.com"));

        Assert.Equal(("-a", ""), (SuffixOf("a"), SuffixOf("m")));
        Assert.Equal(["a"], outcome.Tenants.Select(static entry => entry.Tenant.Name));
    }

    [Fact]
    public void an_edit_and_the_end_of_the_other_flip_nothing()
    {
        Apply(Entry("a", ".example.com", "a.example.com"), Entry("b", ".example.com", "b.example.com"));

        Apply(Entry("b", ".example.com", "b.example.com", "b2.example.com"));
        var outcome = _set.Apply([new SourceChange.Gone("a.yaml")]);
        Apply(Entry("b", ".example.com", "b.example.com"));

        Assert.Equal("-b", SuffixOf("b"));
        Assert.Empty(outcome.Tenants);
        Assert.Contains(outcome.Healed, static problem => problem is { Id: "UA1065", Source: "b.yaml" });
    }

    [Fact]
    public void suffixes_of_a_catalog_stay_over_a_restart()
    {
        var b = Entry("b", ".example.com", "b.example.com");
        _set.Seed([Entry("m", ".example.com", "m.example.com"), b with { Tenant = b.Tenant with { CookieSuffix = "-old" } }], []);

        Apply(Entry("a", ".example.com", "a.example.com"), b, Entry("m", ".example.com", "m.example.com"));

        Assert.Equal(("-a", "-old", ""), (SuffixOf("a"), SuffixOf("b"), SuffixOf("m")));
    }

    [Fact]
    public void tenants_of_the_same_slug_get_different_suffixes()
    {
        Apply(Entry("a", ".example.com", "a.example.com"), Entry("ham/ham", ".example.com", "b.example.com"), Entry("ham-ham", ".example.com", "c.example.com"));

        Assert.NotEqual(SuffixOf("ham/ham"), SuffixOf("ham-ham"));
        Assert.All([SuffixOf("ham/ham"), SuffixOf("ham-ham")], static suffix => Assert.StartsWith("-ham-ham", suffix, StringComparison.Ordinal));
    }
}
