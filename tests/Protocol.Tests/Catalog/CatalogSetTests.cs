using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Catalog;

public sealed class CatalogSetTests
{
    private readonly CatalogSet _set = new(ImmutableDictionary<string, string>.Empty);

    private static TenantEntry Entry(string source, string name, params string[] hosts) =>
        new() { Source = source, Tenant = new Tenant { Name = name, Hosts = [.. hosts] } };

    private static SourceChange.ToTenant Tenant(string source, string name, params string[] hosts) => Change(Entry(source, name, hosts));

    private static SourceChange.ToTenant Change(TenantEntry entry) => new SourceChange.ToTenant(entry, new EntityLines(1, 3, 0, 0), []);

    private static SourceChange.ToClient Client(string source, int ident, string tenant = "a", string space = "") => new(
        new ClientEntry { Source = source, Client = new Client { Name = source, Ident = IdentOf(ident), TenantName = tenant, Namespace = space, RedirectUrls = [] } },
        new EntityLines(1, 0, 3, 4),
        []);

    private static Guid IdentOf(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    private static SourceChange.Gone Gone(string source) => new(source);

    private static SourceChange.Broken Broken(string source) => new(source, [Problems.NotReadable.At(source, 2, "", "broken")]);

    private CatalogOutcome Apply(params SourceChange[] changes) => _set.Apply(changes);

    private static IEnumerable<string> Names(CatalogOutcome outcome) => outcome.Tenants.Select(static entry => entry.Tenant.Name);

    /// <summary>
    /// When two references are one: for files when their paths are equal. The list also compares resources of Kubernetes by uid and revision, and
    /// knows entities without a reference; this version reads no resources, and every entity has a source.
    /// </summary>
    [Theory, Trait("Contract", "configuration 8")]
    [InlineData("Tenants/a.yaml", "Tenants/a.yaml", true)]
    [InlineData("Tenants/a.yaml", "Tenants/a.yml", false)]
    [InlineData("Tenants/a.yaml", "Tenants/A.yaml", false)]
    [InlineData("Tenants/a.yaml", "Clients/a.yaml", false)]
    [InlineData("Tenants/a.yaml", "a.yaml", false)]
    public void a_source_is_the_same_by_its_path_alone_whatever_stands_in_it(string first, string second, bool isSame)
    {
        Apply(Tenant(first, "a", "x.test"), Tenant("other.yaml", "other", "other.test"));

        // The same name and hosts from elsewhere are somebody else's; other ones from the same place are an edit.
        var edited = Apply(Tenant(second, "b", "x.test"));
        var gone = Apply(Gone(second));

        Assert.Equal(isSame ? ["b"] : [], Names(edited));
        Assert.Equal(isSame ? ["a"] : [], edited.RemovedTenants);
        Assert.Equal(isSame ? null : "UA1060", edited.Raised.SingleOrDefault()?.Id);
        Assert.Equal(isSame ? ["b"] : [], gone.RemovedTenants);
        Assert.Equal(isSame, _set.Tenant("a") is null);
        Assert.NotNull(_set.Tenant("other"));
    }

    [Trait("Attack", "44")]
    [Theory, Trait("Contract", "configuration 5")]
    [InlineData("login.a.test", "login.a.test")]
    [InlineData("*.a.test", "login.a.test")]
    [InlineData("login.a.test", "*.a.test")]
    [InlineData("*.a.test", "*.a.test")]
    [InlineData("*.*.test", "x.a.test")]
    [InlineData("x.a.test", "*.*.test")]
    [InlineData("*.a.test", "app-*.a.test")]
    [InlineData("app-*.a.test", "*.a.test")]
    [InlineData("app-*.a.test", "*-1.a.test")]
    [InlineData("a.*.test", "*.b.test")]
    [InlineData("app-*.test", "app-1*.test")]
    [InlineData("app-1*.test", "app-*.test")]
    public void overlapping_hosts_are_refused_in_both_directions(string first, string second)
    {
        Apply(Tenant("1.yaml", "a", first));

        var outcome = Apply(Tenant("2.yaml", "b", second));

        Assert.Empty(outcome.Tenants);
        var problem = Assert.Single(outcome.Raised);
        Assert.Equal(("UA1060", "2.yaml", 3, "config.hosts"), (problem.Id, problem.Source, problem.Line, problem.Path));
        Assert.Contains("'a'", problem.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Contract", "configuration 5")]
    [InlineData("*.a.test", "a.test")]
    [InlineData("*.a.test", "x.y.a.test")]
    [InlineData("app-*.a.test", "shop-*.a.test")]
    [InlineData("*-app.a.test", "*-shop.a.test")]
    [InlineData("*.a.test", "*.b.test")]
    [InlineData("app-*.a.test", "app-.a.test")]
    public void hosts_that_cannot_meet_are_fine(string first, string second)
    {
        Apply(Tenant("1.yaml", "a", first));

        var outcome = Apply(Tenant("2.yaml", "b", second));

        Assert.Equal(["b"], Names(outcome));
    }

    [Fact]
    public void a_tenant_may_hold_an_exact_host_under_its_own_wildcard()
    {
        var outcome = Apply(Tenant("1.yaml", "a", "*.a.test", "login.a.test"));

        Assert.Equal(["a"], Names(outcome));
        Assert.Empty(outcome.Raised);
    }

    [Fact]
    public void the_order_of_sources_does_not_decide_who_wins_a_host()
    {
        var forwards = new CatalogSet(ImmutableDictionary<string, string>.Empty).Apply([Tenant("1.yaml", "a", "x.test"), Tenant("2.yaml", "b", "x.test")]);
        var backwards = new CatalogSet(ImmutableDictionary<string, string>.Empty).Apply([Tenant("2.yaml", "b", "x.test"), Tenant("1.yaml", "a", "x.test")]);

        Assert.Equal(["a"], Names(forwards));
        Assert.Equal(["a"], Names(backwards));
    }

    [Fact]
    public void who_runs_keeps_the_host_against_a_newcomer_of_an_earlier_path()
    {
        Apply(Tenant("2.yaml", "b", "x.test"));

        var outcome = Apply(Tenant("1.yaml", "a", "x.test"));

        Assert.True(outcome.IsEmpty);
        Assert.NotNull(_set.Tenant("b"));
    }

    [Fact]
    public void a_refused_edit_keeps_the_good_version_and_heals_when_the_host_is_free()
    {
        Apply(Tenant("1.yaml", "a", "a.test"), Tenant("2.yaml", "b", "b.test"));

        var refused = Apply(Tenant("1.yaml", "a", "a.test", "b.test"));
        var healed = Apply(Gone("2.yaml"));

        Assert.True(refused.IsEmpty);
        Assert.Equal("UA1060", Assert.Single(refused.Raised).Id);
        Assert.Equal(["b"], healed.RemovedTenants);
        Assert.Equal(["a.test", "b.test"], Assert.Single(healed.Tenants).Tenant.Hosts);
        Assert.Equal("UA1060", Assert.Single(healed.Healed).Id);
        Assert.Empty(_set.AllProblems);
    }

    [Fact]
    public void two_tenants_may_exchange_a_host_in_one_edit()
    {
        Apply(Tenant("1.yaml", "a", "x.test"), Tenant("2.yaml", "b", "y.test"));

        var outcome = Apply(Tenant("1.yaml", "a", "y.test"), Tenant("2.yaml", "b", "x.test"));

        Assert.Equal(["a", "b"], Names(outcome));
        Assert.Equal(["y.test"], _set.Tenant("a")!.Tenant.Hosts);
        Assert.Empty(outcome.Raised);
    }

    [Fact]
    public void a_failed_exchange_leaves_everybody_as_they_were()
    {
        Apply(Tenant("1.yaml", "a", "x.test"), Tenant("2.yaml", "b", "y.test"), Tenant("3.yaml", "c", "z.test"));

        var outcome = Apply(Tenant("1.yaml", "a", "y.test"), Tenant("2.yaml", "b", "x.test", "z.test"));

        Assert.True(outcome.IsEmpty);
        Assert.Equal(["x.test"], _set.Tenant("a")!.Tenant.Hosts);
        Assert.Equal(["y.test"], _set.Tenant("b")!.Tenant.Hosts);
        Assert.Equal(3, outcome.Raised.Length);
    }

    [Fact]
    public void a_tenant_name_used_twice_is_refused_and_comes_in_when_the_other_goes()
    {
        var first = Apply(Tenant("1.yaml", "a", "x.test"), Tenant("2.yaml", "a", "y.test"));
        var second = Apply(Gone("1.yaml"));

        Assert.Equal("UA1061", Assert.Single(first.Raised).Id);
        Assert.Equal(["y.test"], Assert.Single(second.Tenants).Tenant.Hosts);
        Assert.Empty(second.RemovedTenants);
    }

    [Fact]
    public void a_renamed_file_is_the_same_tenant()
    {
        Apply(Tenant("1.yaml", "a", "x.test"));

        var outcome = Apply(Gone("1.yaml"), Tenant("2.yaml", "a", "x.test"));

        Assert.Empty(outcome.RemovedTenants);
        Assert.Equal("2.yaml", Assert.Single(outcome.Tenants).Source);
    }

    [Fact]
    public void a_broken_edit_keeps_the_last_good_version()
    {
        Apply(Tenant("1.yaml", "a", "x.test"), Client("c.yaml", 1));

        var outcome = Apply(Broken("1.yaml"), Broken("c.yaml"));

        Assert.True(outcome.IsEmpty);
        Assert.Equal(2, outcome.Raised.Length);
        Assert.NotNull(_set.Tenant("a"));
        Assert.NotNull(_set.Client(IdentOf(1)));
    }

    [Fact]
    public void a_source_that_was_never_good_can_go_again()
    {
        Apply(Broken("1.yaml"));

        var outcome = Apply(Gone("1.yaml"));

        Assert.Single(outcome.Healed);
        Assert.Empty(_set.Sources);
    }

    [Fact]
    public void a_client_ident_used_twice_is_refused_and_comes_in_when_the_other_goes()
    {
        var first = Apply(Tenant("1.yaml", "a", "x.test"), Client("c2.yaml", 1), Client("c1.yaml", 1));
        var second = Apply(Gone("c1.yaml"));

        Assert.Equal("c1.yaml", Assert.Single(first.Clients).Source);
        var problem = Assert.Single(first.Raised);
        Assert.Equal(("UA1062", "c2.yaml", 3), (problem.Id, problem.Source, problem.Line));
        Assert.Equal("c2.yaml", Assert.Single(second.Clients).Source);
        Assert.Empty(second.RemovedClients);
    }

    [Fact, Trait("Contract", "configuration 13")]
    public void a_changed_ident_replaces_the_client()
    {
        Apply(Client("c.yaml", 1));

        var outcome = Apply(Client("c.yaml", 2));

        Assert.Equal([IdentOf(1)], outcome.RemovedClients);
        Assert.Equal(IdentOf(2), Assert.Single(outcome.Clients).Client.Ident);
        Assert.Single(_set.ClientIdents);
    }

    [Fact]
    public void two_clients_may_exchange_their_idents_in_one_edit()
    {
        Apply(Client("1.yaml", 1), Client("2.yaml", 2));

        var outcome = Apply(Client("1.yaml", 2), Client("2.yaml", 1));

        Assert.Equal(2, outcome.Clients.Length);
        Assert.Equal("2.yaml", _set.Client(IdentOf(1))!.Source);
    }

    [Fact, Trait("Contract", "configuration 7")]
    public void a_client_without_its_tenant_is_kept_with_a_warning_that_heals()
    {
        var before = Apply(Client("c.yaml", 1, "a"));
        var wrongCase = Apply(Tenant("1.yaml", "A", "x.test"));
        var after = Apply(Tenant("2.yaml", "a", "y.test"));

        Assert.Single(before.Clients);
        Assert.Equal(("UA1063", ProblemSeverity.Warning), (before.Raised[0].Id, before.Raised[0].Severity));
        Assert.Empty(wrongCase.Healed);
        Assert.Equal("UA1063", Assert.Single(after.Healed).Id);
        Assert.Empty(after.Clients);
    }

    [Fact]
    public void a_client_is_told_when_its_tenant_goes()
    {
        Apply(Tenant("1.yaml", "a", "x.test"), Client("c.yaml", 1));

        var outcome = Apply(Gone("1.yaml"));

        Assert.Equal("UA1063", Assert.Single(outcome.Raised).Id);
        Assert.NotNull(_set.Client(IdentOf(1)));
    }

    [Theory]
    [InlineData("", "a", "UA1064")]
    [InlineData("b", "b", null)]
    [InlineData("b", "c,b", null)]
    [InlineData("b", "*", null)]
    [InlineData("b", "c", "UA1064")]
    [Trait("Attack", "44")]
    public void a_client_of_another_namespace_needs_leave(string space, string allowed, string? id)
    {
        var tenant = Entry("1.yaml", "a", "x.test");
        tenant = tenant with { Tenant = tenant.Tenant with { Namespace = "home", AllowedClientNamespaces = [.. allowed.Split(',')] } };

        var outcome = Apply(Change(tenant), Client("c.yaml", 1, "a", space));

        Assert.Equal(id, outcome.Raised.SingleOrDefault()?.Id);
        Assert.Equal(id is null ? 1 : 0, outcome.Clients.Length);
    }

    [Fact]
    [Trait("Attack", "44")]
    public void leave_that_is_withdrawn_takes_the_client_away_and_back()
    {
        var closed = Entry("1.yaml", "a", "x.test");
        closed = closed with { Tenant = closed.Tenant with { Namespace = "home" } };
        var open = closed with { Tenant = closed.Tenant with { AllowedClientNamespaces = ["*"] } };
        Apply(Change(open), Client("c.yaml", 1, "a", "other"));

        var withdrawn = Apply(Change(closed));
        var returned = Apply(Change(open));

        Assert.Equal([IdentOf(1)], withdrawn.RemovedClients);
        Assert.Equal("UA1064", Assert.Single(withdrawn.Raised).Id);
        Assert.Equal(IdentOf(1), Assert.Single(returned.Clients).Client.Ident);
    }

    [Fact]
    public void what_a_catalog_held_before_keeps_its_place_over_a_restart()
    {
        _set.Seed([Entry("9.yaml", "z", "x.test")], []);

        var outcome = Apply(Tenant("1.yaml", "a", "x.test"), Tenant("9.yaml", "z", "x.test"));

        Assert.Equal(["z"], Names(outcome));
        Assert.Equal("UA1060", Assert.Single(outcome.Raised).Id);
    }

    [Fact]
    public void a_file_that_broke_before_a_restart_keeps_its_tenant()
    {
        _set.Seed([Entry("1.yaml", "a", "x.test")], []);

        var outcome = Apply(Broken("1.yaml"));

        Assert.Empty(outcome.RemovedTenants);
        Assert.NotNull(_set.Tenant("a"));
    }
}
