using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Login;

public sealed class ProviderScriptCheckTests
{
    private const string Good = "class UserLoginProvider { constructor(c) { commit(true); } get canLogin() { return true; } }";

    [Theory]
    [InlineData(Good)]
    [InlineData("")]
    [InlineData("// only a comment")]
    [InlineData("class A { x = md5('a') + sha256('b'); constructor() { fetch('http://x').then(() => { console.warn(1); say(2); }); } }")]
    public void a_usable_script_has_no_problems(string source)
    {
        Assert.Empty(ProviderScriptCheck.Check([source]));
    }

    [Fact]
    public void no_script_at_all_has_no_problems()
    {
        Assert.Empty(ProviderScriptCheck.Check([]));
    }

    [Fact]
    [Trait("Contract", "configuration 15")]
    public void a_syntax_error_is_an_error_with_its_place()
    {
        var problem = Assert.Single(ProviderScriptCheck.Check([Good, "class B {\n  get get x() { }\n}"]));

        Assert.Equal((1, 2, ProblemSeverity.Error), (problem.Provider, problem.Line, problem.Severity));
        Assert.True(problem.Column > 1);
        Assert.NotEmpty(problem.Message);
    }

    [Fact]
    public void two_entries_that_declare_the_same_class_are_an_error_of_the_second()
    {
        var problem = Assert.Single(ProviderScriptCheck.Check([Good, Good]));

        Assert.Equal((1, 1, ProblemSeverity.Error), (problem.Provider, problem.Line, problem.Severity));
    }

    [Fact]
    public void a_name_nobody_declares_is_a_warning_with_its_place()
    {
        var problem = Assert.Single(ProviderScriptCheck.Check([Good, "class B {\n  constructor(r2) {\n    console.log(r2.r, r.code, { r: 1 });\n  }\n}"]));

        Assert.Equal((1, 3, 23, ProblemSeverity.Warning), (problem.Provider, problem.Line, problem.Column, problem.Severity));
        Assert.Contains("`r`", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("setTimeout(() => 1, 5)", "setTimeout")]
    [InlineData("new Uint8Array(5)", "Uint8Array")]
    [InlineData("require('fs')", "require")]
    public void what_scripts_do_not_have_is_named(string source, string name)
    {
        var problem = Assert.Single(ProviderScriptCheck.Check([source]));

        Assert.Contains($"`{name}`", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Attack", "40")]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("{", "}")]
    [InlineData("!", "")]
    [InlineData("1+", "")]
    [InlineData("x=>", "")]
    [InlineData("a=", "")]
    [InlineData("`${", "}`")]
    [InlineData("f(", ")")]
    [InlineData("new ", "")]
    [InlineData("if(1)", "")]
    [InlineData("1?1:", "")]
    [InlineData("a.", "")]
    [InlineData("async()=>", "")]
    [InlineData("class A extends ", "")]
    public void source_nested_beyond_all_measure_is_an_error_and_not_the_end_of_the_process(string open, string close)
    {
        var depth = 200_000 / (open.Length + close.Length);
        var source = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));

        var problem = Assert.Single(ProviderScriptCheck.Check([source]), problem => problem.Severity == ProblemSeverity.Error);

        Assert.NotEmpty(problem.Message);
    }

    [Fact]
    [Trait("Attack", "40")]
    public void a_source_too_long_to_parse_is_refused_unread()
    {
        var problem = Assert.Single(ProviderScriptCheck.Check([new string('(', 1_000_000)]));

        Assert.Equal(ProblemSeverity.Error, problem.Severity);
        Assert.Contains("characters long", problem.Message, StringComparison.Ordinal);
    }
}
