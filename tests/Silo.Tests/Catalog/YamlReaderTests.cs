using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

public sealed class YamlReaderTests
{
    private static ConfigurationProblem Refused(string text) => Refused(Encoding.UTF8.GetBytes(text));

    private static ConfigurationProblem Refused(byte[] content)
    {
        var change = EntityFile.Translate(EntityKind.Tenant, "a.yaml", content);
        return Assert.Single(Assert.IsType<SourceChange.Broken>(change).Errors);
    }

    [Theory]
    [InlineData("name: a\n\tconfig: b\n", 2)]
    [InlineData("name: a\nconfig:\n  hosts: [a.example]\n\tinterceptor: {}\n", 4)]
    [InlineData("name: a\nconfig:\n\thosts: [a.example]\n", 3)]
    [InlineData("name: a\nconfig:\n  ident: x\n  tenantname: y\n\tredirect_urls: []\n", 5)]
    public void a_tab_is_told_on_the_line_it_stands_in(string yaml, int line)
    {
        var problem = Refused(yaml);

        Assert.Equal(("UA1001", line), (problem.Id, problem.Line));
        Assert.Contains("a tab stands in the indentation", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: [a\n", "UA1001")]
    [InlineData("name: a\n\tconfig: b\n", "UA1001")]
    [InlineData("name: *nobody\n", "UA1001")]
    [InlineData("", "UA1003")]
    [InlineData("# only a comment\n", "UA1003")]
    [InlineData("- a\n- b\n", "UA1003")]
    [InlineData("just text\n", "UA1003")]
    [InlineData("name: a\nname: b\n", "UA1009")]
    public void a_document_that_cannot_be_used_says_why(string text, string id)
    {
        Assert.Equal(id, Refused(text).Id);
    }

    [Fact]
    public void a_syntax_error_names_its_line_and_quotes_nothing()
    {
        var problem = Refused("name: a\nconfig:\n  secret: \"t0ps3cret\n  x: [\n");

        Assert.Equal("UA1001", problem.Id);
        Assert.InRange(problem.Line, 3, 5);
        Assert.DoesNotContain("t0ps3cret", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void several_documents_in_one_file_are_refused()
    {
        var problem = Refused(Yaml.SmallTenant + "---\n" + Yaml.SmallTenant.Replace("acme", "b", StringComparison.Ordinal));

        Assert.Equal(("UA1002", 5), (problem.Id, problem.Line));
    }

    [Fact]
    public void a_leading_or_trailing_separator_is_only_a_habit()
    {
        Assert.Equal("acme", Yaml.Tenant("---\n" + Yaml.SmallTenant + "---\n").Tenant.Name);
    }

    [Theory]
    [InlineData("apiVersion: uitsmijter.io/v1\nkind: Tenant\nmetadata: { name: a }\nspec: { hosts: [a.test], providers: [] }\n")]
    [InlineData("metadata:\n  name: a\nspec:\n  hosts: [a.test]\n")]
    public void a_kubernetes_resource_in_the_folder_is_one_clear_error(string text)
    {
        Assert.Equal("UA1006", Refused(text).Id);
    }

    [Fact]
    public void spec_instead_of_config_is_explained()
    {
        var change = Yaml.Change(EntityKind.Tenant, "name: a\nspec:\n  hosts: [a.test]\n  providers: []\n");

        Assert.Equal(["UA1010", "UA1012"], change.Problems.Select(static problem => problem.Id).Order());
        Assert.Contains(change.Problems, static problem => problem.Path == "spec" && problem.Message.Contains("config", StringComparison.Ordinal));
    }

    [Fact, Trait("Attack", "44")]
    public void an_alias_bomb_ends_before_it_grows()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [").AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10)).Append("]\n");
        }

        Assert.Equal("UA1005", Refused(bomb.ToString()).Id);
    }

    [Fact, Trait("Attack", "44")]
    public void deep_nesting_ends_before_the_stack_does()
    {
        Assert.Equal("UA1005", Refused("name: " + new string('[', 100_000)).Id);
    }

    [Fact, Trait("Attack", "44")]
    public void a_file_beyond_the_limit_is_refused()
    {
        Assert.Equal("UA1004", Refused(new string('#', YamlReader.MostBytes + 1)).Id);
    }

    [Fact]
    public void text_that_is_not_utf8_is_refused()
    {
        Assert.Equal("UA1001", Refused([.. "name: "u8, 0xff, 0xfe, (byte)'\n']).Id);
    }

    [Fact]
    public void anchors_and_merge_keys_work()
    {
        var tenant = Yaml.Tenant("""
            base: &base { enabled: true, domain: login.acme.test }
            name: acme
            config:
              hosts: [login.acme.test]
              providers: []
              interceptor:
                <<: *base
                cookie: .acme.test
            """).Tenant;

        Assert.Equal(("login.acme.test", ".acme.test"), (tenant.Interceptor.Domain, tenant.Interceptor.Cookie));
    }

    [Fact]
    public void a_hostile_value_cannot_write_log_lines()
    {
        var problem = Assert.Single(Yaml.ClientProblems("grant_types: [\"x\\n2026-01-01 [ERROR] forged\"]"));

        Assert.DoesNotContain('\n', problem.ToString());
    }

    [Fact, Trait("Contract", "configuration 1")]
    public void the_equivalent_json_gives_the_same_entities()
    {
        const string Tenant = """
            {
              "name": "acme",
              "config": {
                "hosts": ["login.acme.test"],
                "providers": ["class UserLoginProvider { \u00e4 = \"\/\"; }"],
                "silent_login": false,
                "interceptor": { "enabled": true, "cookie": null, "redirect_status": 302 }
              }
            }
            """;
        const string Client = """
            { "name": "shop", "config": { "ident": "5D0F5A52-0A5B-4B8D-9C5E-6D1E5B7C2A10", "tenantname": "acme", "redirect_urls": [], "isPkceOnly": true } }
            """;

        var tenantNode = ConfigurationJson.Read("a.json", Encoding.UTF8.GetBytes(Tenant)).Entity!;
        var clientNode = ConfigurationJson.Read("a.json", Encoding.UTF8.GetBytes(Client)).Entity!;
        var tenant = EntityDocument.ToTenant("a.json", tenantNode).Entity!;
        var client = EntityDocument.ToClient("a.json", clientNode).Entity!;
        var fromYaml = Yaml.Tenant(Tenant);

        Assert.Equal(["login.acme.test"], tenant.Tenant.Hosts);
        Assert.Equal(["class UserLoginProvider { ä = \"/\"; }"], tenant.Providers);
        Assert.False(tenant.Tenant.SilentLogin);
        Assert.Equal((null, 302), (tenant.Tenant.Interceptor.Cookie, tenant.Tenant.Interceptor.RedirectStatus));
        Assert.Equal(fromYaml.Providers, tenant.Providers);
        Assert.Equal(Guid.Parse("5d0f5a52-0a5b-4b8d-9c5e-6d1e5b7c2a10"), client.Client.Ident);
        Assert.True(client.Client.IsPkceOnly);
        Assert.Equal((2, 4), (EntityLines.Of(tenantNode).Name, EntityLines.Of(tenantNode).Hosts));
    }

    [Theory]
    [InlineData("{", "UA1001", 1)]
    [InlineData("{\n\"a\": 1,\n\"a\": 2\n}", "UA1009", 3)]
    [InlineData("{} {}", "UA1001", 1)]
    public void broken_json_says_where(string text, string id, int line)
    {
        var problem = Assert.Single(ConfigurationJson.Read("a.json", Encoding.UTF8.GetBytes(text)).Problems);

        Assert.Equal((id, line), (problem.Id, problem.Line));
    }
}
