using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Invariants;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>
/// The worst a directory can do, all the time: two activations of every grain, one on each side. What is single-use rests on the condition of the write alone, so the
/// product holds, and silos without that condition are found out. The second is the test of the tests.
/// </summary>
public sealed class BrokenBuild
{
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(15);

    /// <summary>How often a trial goes on for as long again, until it has seen what it is about: a busy machine needs longer to let anybody in.</summary>
    private const int Rounds = 8;

    private static readonly OperationKind[] _singleUse = [OperationKind.Redeem, OperationKind.Refresh, OperationKind.Poll, OperationKind.UsePushed];

    /// <summary>The sentences that break without the condition: codes, refresh tokens, devices and pushed requests.</summary>
    private static readonly int[] _broken = [1, 2, 4];

    [Fact]
    [Trait("Invariant", "1")]
    [Trait("Invariant", "2")]
    [Trait("Invariant", "4")]
    public async Task two_halves_that_know_nothing_of_each_other_redeem_nothing_twice()
    {
        await using var trial = await Trial.StartSplit(Trial.Seed(7));
        for (var round = 0; round < Rounds && !_singleUse.All(kind => Worked(trial.Recorder.Read(), kind)); round++)
        {
            await Task.Delay(_time);
        }

        var history = await trial.End();

        var violations = All.Violations(history, Trial.Bounds).Where(static violation => violation.Invariant is 1 or 2 or 4 or 5).ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.All(_singleUse, kind => Assert.True(Worked(history, kind), $"no {kind} was granted: nothing is said about it"));
    }

    [Fact]
    [Trait("Invariant", "1")]
    [Trait("Invariant", "2")]
    [Trait("Invariant", "4")]
    public async Task single_use_without_the_conditional_write_is_caught()
    {
        await using var trial = await Trial.StartSplit(Trial.Seed(7), new Dictionary<string, string> { ["FAULTS_STORAGE"] = "careless" });
        List<Violation> violations = [];
        for (var round = 0; round < Rounds && !_broken.All(number => violations.Exists(violation => violation.Invariant == number)); round++)
        {
            await Task.Delay(_time);
            violations = [.. All.Violations(trial.Recorder.Read(), Trial.Bounds).Where(static violation => _broken.Contains(violation.Invariant))];
        }

        await trial.End();
        Assert.All(_broken, number => Assert.Contains(violations, violation => violation.Invariant == number));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', violations.DistinctBy(static violation => violation.Invariant)));
    }

    private static bool Worked(History history, OperationKind kind) => history.Of(kind).Any(static operation => operation.Outcome == Outcome.Granted);
}
