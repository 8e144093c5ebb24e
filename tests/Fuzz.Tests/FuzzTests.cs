using Uitsmijter.Actors.Fuzz.Targets;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Uitsmijter.Actors.Fuzz.Tests;

/// <summary>A short campaign a target, the same every time; the long one is a command (docs/security-testing.md).</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Executions = 20_000;

    public static TheoryData<string> Targets() => [.. FuzzTarget.All.Select(static one => one.Name).Where(static name => name != Planted.TargetName)];

    [Theory, MemberData(nameof(Targets))]
    [Trait("Attack", "2"), Trait("Attack", "3"), Trait("Attack", "4"), Trait("Attack", "9"), Trait("Attack", "11"), Trait("Attack", "13"), Trait("Attack", "17"), Trait("Attack", "30")]
    public void twenty_thousand_hostile_texts_break_no_rule(string target)
    {
        var result = Instrumentation.Run(new Order(target, Seed: 1, Executions));

        output.WriteLine(result.ToString());
        Assert.Empty(result.Findings);
        Assert.Equal(Executions, result.Executions);
        Assert.InRange(result.Edges, 10, int.MaxValue);
    }

    [Fact]
    public void a_planted_bug_four_branches_deep_is_found_by_coverage()
    {
        var result = Instrumentation.Run(new Order(Planted.TargetName, Seed: 1, 2_000_000));

        var finding = Assert.Single(result.Findings);
        Assert.Equal("the planted bug", finding.Problem);
        Assert.Equal("%\\@[", finding.Input);
    }
}
