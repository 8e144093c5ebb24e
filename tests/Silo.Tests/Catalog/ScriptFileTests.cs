using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

public sealed class ScriptFileTests
{
    [Fact, Trait("Contract", "configuration 15")]
    public void a_syntax_error_in_a_script_refuses_the_tenant_and_names_its_line_in_the_file()
    {
        var change = Yaml.Change(EntityKind.Tenant, """
            name: a
            config:
              hosts: [a.test]
              providers:
                - |
                  class UserValidationProvider {
                  }
                - |
                  class UserLoginProvider {
                    constructor( { commit(true); }
                  }
            """);

        var problem = Assert.Single(Assert.IsType<SourceChange.Broken>(change).Errors);
        Assert.Equal(("UA1034", "config.providers[1]"), (problem.Id, problem.Path));
        Assert.InRange(problem.Line, 10, 11);
    }

    [Fact]
    public void an_undeclared_name_is_only_warned_of()
    {
        var change = Yaml.Change(EntityKind.Tenant, """
            name: a
            config:
              hosts: [a.test]
              providers:
                - |
                  class UserLoginProvider {
                    constructor(credentials) {
                      console.log(r.code);
                      commit(true);
                    }
                  }
            """);

        var problem = Assert.Single(Assert.IsType<SourceChange.ToTenant>(change).Warnings);
        Assert.Equal(("UA1035", 8), (problem.Id, problem.Line));
    }
}
