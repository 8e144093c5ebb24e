using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>
/// A stack overflow ends the process, so these tests do not fail when the weights of <see cref="SourceNesting"/> are wrong: the test
/// run is gone. Run them after every update of the interpreter or the runtime.
/// </summary>
[Trait("Attack", "40")]
[Collection(nameof(ScriptAttackTests))]
public sealed class SourceNestingTests : IDisposable
{
    // Each gets to the end of the stack its own way: calls, constructors, getters, and built-ins that nest natively.
    private const string Descend = """
        let depth = 0;
        function down() { try { return down() + deep(); } catch (e) { if (depth++ < 40) { try { deep(); } catch {} } throw e; } }
        function nested() { let a = { toJSON() { return deep(); } }; for (let i = 0; i < 900; i++) a = [a]; return a; }
        """;

    private readonly ScriptBench _bench = new(ScriptLimits.For(TimeSpan.FromSeconds(20)) with { Recursion = 100_000, Memory = 200_000_000 });

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("return ", "[", "]")]
    [InlineData("return ", "(1+", ")")]
    [InlineData("return ", "1+", "")]
    [InlineData("return ", "{a:", "}")]
    [InlineData("return ", "Math.abs(", ")")]
    [InlineData("return ", "f(", ")")]
    [InlineData("return ", "`${", "}`")]
    [InlineData("return ", "String.raw`${", "}`")]
    [InlineData("return ", "1?", ":0")]
    [InlineData("return ", "1&&", "")]
    [InlineData("return ", "null??", "")]
    [InlineData("return ", "!", "")]
    [InlineData("return ", "typeof ", "")]
    [InlineData("return ", "(0,", ")")]
    [InlineData("return ", "[...", "]")]
    [InlineData("return ", "({...", "})")]
    [InlineData("return ", "x[", "]")]
    [InlineData("return ", "x=", "")]
    [InlineData("return ", "new Set(", ")")]
    [InlineData("return ", "(()=>", ")()")]
    [InlineData("return ", "(class { static x = ", " }).x")]
    [InlineData("return ", "class extends ", " {}")]
    [InlineData("", "if(1){", "}")]
    [InlineData("", "if(0){}else ", "")]
    [InlineData("", "{", "}")]
    [InlineData("", "for(let i of [1]){", "}")]
    [InlineData("", "for(let i in [1]){", "}")]
    [InlineData("", "for(let i=0;i<1;i++){", "}")]
    [InlineData("", "do{", "}while(0)")]
    [InlineData("", "while(1){", "break;}")]
    [InlineData("", "try{", "}finally{}")]
    [InlineData("", "try{throw 1}catch{", "}")]
    [InlineData("", "switch(1){case 1:", "}")]
    [InlineData("", "with({}){", "}")]
    public async Task the_deepest_accepted_source_survives_at_the_end_of_the_stack(string start, string open, string close)
    {
        var depth = Deepest(start, open, close);
        var source = Source(start, open, close, depth) + ScriptBench.Class("try { down(); } catch {} try { JSON.stringify(nested()); } catch {} try { nested() + ''; } catch {}");

        var result = await _bench.LogIn(source);

        Assert.InRange(depth, 6, 299);
        Assert.IsType<ScriptResult.Failed>(result);
    }

    [Theory]
    [InlineData("'' + ", 50)]
    [InlineData("'a' + x + ", 24)]
    public void sums_of_many_texts_are_accepted(string part, int count)
    {
        Assert.Empty(ProviderScriptCheck.Check([$"const x = 1; const y = {string.Concat(Enumerable.Repeat(part, count))} '';"]));
    }

    [Fact]
    public void a_long_chain_of_promises_is_accepted()
    {
        Assert.Empty(ProviderScriptCheck.Check([$"Promise.resolve(){string.Concat(Enumerable.Repeat(".then(x => x)", 26))};"]));
    }

    [Fact]
    public void what_nests_too_deeply_is_refused_with_its_place()
    {
        var problem = Assert.Single(ProviderScriptCheck.Check(["const a = 1;\nconst b =\n" + new string('[', 120) + new string(']', 120) + ";"]));

        Assert.Equal((3, ProblemSeverity.Error), (problem.Line, problem.Severity));
        Assert.Contains("nested too deeply", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("`{0}`", "${s}", 101)]
    [InlineData("`${{`{0}`}}`", "${s}", 101)]
    [InlineData("`{0}`", "${s + s + s}", 34)]
    [InlineData("`{0}`", "${f(s, s)}", 51)]
    public void a_template_with_many_places_for_a_long_text_is_refused_with_its_place(string template, string place, int count)
    {
        var places = string.Concat(Enumerable.Repeat(place, count));
        var problem = Assert.Single(ProviderScriptCheck.Check(["const s = 'a'; const f = (x, y) => x;\nconst t = " + string.Format(System.Globalization.CultureInfo.InvariantCulture, template, places) + ";"]));

        Assert.Equal((2, ProblemSeverity.Error), (problem.Line, problem.Severity));
        Assert.Contains("This template holds more than 100 values", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void templates_as_people_write_them_are_accepted() => Assert.Empty(ProviderScriptCheck.Check(
        ["const s = 'a';\nconst t = `" + string.Concat(Enumerable.Repeat("<p>${s}</p>", 60)) + "` + `${[1, 2, 3].map(x => `${x + s + s}`)}`;"]));

    private static int Deepest(string start, string open, string close)
    {
        var (accepted, refused) = (1, 300);
        while (refused - accepted > 1)
        {
            var depth = (accepted + refused) / 2;
            var fits = !ProviderScriptCheck.Check([Source(start, open, close, depth)]).Any(problem => problem.Severity == ProblemSeverity.Error);
            (accepted, refused) = fits ? (depth, refused) : (accepted, depth);
        }

        return accepted;
    }

    private static string Source(string start, string open, string close, int depth)
    {
        var inside = open.Contains("...", StringComparison.Ordinal) ? "[]" : open.Contains("extends", StringComparison.Ordinal) ? "Object" : start.Length > 0 ? "'ä'.localeCompare('b','de')" : ";";
        return $"let x = [0]; const f = y => y; function deep() {{ {start}{string.Concat(Enumerable.Repeat(open, depth))}{inside}{string.Concat(Enumerable.Repeat(close, depth))} }}\n{Descend}\n";
    }
}
