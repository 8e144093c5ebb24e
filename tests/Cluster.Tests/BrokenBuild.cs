using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Invariants;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>The test of the tests: silos whose storage writes whoever asks, without the condition everything single-use rests on, are found out.</summary>
public sealed class BrokenBuild
{
    [Fact]
    [Trait("Invariant", "1")]
    [Trait("Invariant", "4")]
    public async Task single_use_without_the_conditional_write_is_caught()
    {
        await using var trial = await Trial.Start(Trial.Seed(7), new Dictionary<string, string> { ["FAULTS_STORAGE"] = "careless" }, isGreedy: true);

        // Two activations of one grain at once are what the condition is for: a silo that the others have given up does not know it yet.
        IReadOnlyList<Violation> violations = [];
        for (var round = 0; round < 5 && violations.Count == 0; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            await trial.Tormentor.IsolateSilo(TimeSpan.FromSeconds(12));
            violations = [.. All.Violations(trial.Recorder.Read(), Trial.Bounds).Where(static violation => violation.Invariant is 1 or 2 or 4)];
        }

        await trial.End();

        Assert.NotEmpty(violations);
        TestContext.Current.TestOutputHelper?.WriteLine(violations[0].ToString());
    }
}
