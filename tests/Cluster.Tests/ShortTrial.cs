using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>
/// Every kind of fault once, over real processes with real users, and no sentence broken. <c>UITSMIJTER_SEED</c> chooses another chance; two neighbouring
/// builds side by side are left to the long trial, which builds the older one first, and the death of silos and the rolling restart to tests of their own (<see cref="SiloDeath"/>, <see cref="Draining"/>).
/// </summary>
public sealed class ShortTrial
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task no_fault_makes_a_wrong_answer()
    {
        var seed = Trial.Seed(20261128);
        await using var trial = await Trial.Start(seed);
        var (history, violations) = await trial.Run("short", seed, Schedule(trial), _settle);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.All(Enum.GetValues<OperationKind>(), kind => Assert.Contains(history.Operations, operation => operation.Kind == kind && operation.Outcome == Outcome.Granted || kind == OperationKind.AskAsStranger));
        Assert.All(Enum.GetValues<FaultKind>().Except([FaultKind.OtherBuild, FaultKind.RollingRestart, FaultKind.Busy]), kind => Assert.Contains(history.Faults, fault => fault.Kind == kind));
    }

    private static IEnumerable<Func<Task>> Schedule(Trial trial)
    {
        var nemesis = trial.Tormentor;
        return
        [
            () => nemesis.PauseSilo(TimeSpan.FromSeconds(12)),
            () => nemesis.CutSilos(TimeSpan.FromSeconds(8)),
            () => nemesis.CutOffSilo(TimeSpan.FromSeconds(8)),
            () => nemesis.CutOffGateway(TimeSpan.FromSeconds(18)),
            () => nemesis.KillRedis(TimeSpan.FromSeconds(6)),
            () => nemesis.PauseRedis(TimeSpan.FromSeconds(8)),
            () => nemesis.SlowRedis(TimeSpan.FromMilliseconds(25), TimeSpan.FromSeconds(6)),
            () => nemesis.StepClock(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(4)),
            nemesis.KillGateway,
            () => nemesis.Scale(6),
            () => nemesis.Scale(2),
            nemesis.TakeSnapshot,
            nemesis.TerminateSilo,
            nemesis.RestoreRedis,
            () => nemesis.StepAllClocks(TimeSpan.FromMinutes(125)),
        ];
    }
}
