using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Invariants;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>
/// Every kind of fault once, over real processes with real users, and no sentence broken. <c>UITSMIJTER_SEED</c> chooses another chance; two neighbouring
/// builds side by side are left to the long trial and to <see cref="NeighbouringBuilds"/>, and the death of silos and the rolling restart to tests of their own (<see cref="SiloDeath"/>, <see cref="Draining"/>).
/// </summary>
public sealed class ShortTrial
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(6);

    /// <summary>Time without a fault at the beginning, for the bounds of a healthy cluster.</summary>
    private static readonly TimeSpan _calm = TimeSpan.FromSeconds(18);

    /// <summary>With the pause before every fault longer than a fault is felt: whether sessions go on while storage is away is judged only where nothing else is wrong.</summary>
    private static readonly TimeSpan _clear = TimeSpan.FromSeconds(10);

    /// <summary>The same at the end, for what holds once the clocks are the same again: twice the time a fault is felt.</summary>
    private static readonly TimeSpan _afterwards = TimeSpan.FromSeconds(30);

    /// <summary>What this trial does not make: it belongs to the long trial, to <see cref="Draining"/>, to <see cref="FailOver"/> (one Redis without Sentinels has no replica that could follow), or to the machine.</summary>
    private static readonly FaultKind[] _elsewhere = [FaultKind.OtherBuild, FaultKind.RollingRestart, FaultKind.RedisUnfollowed, FaultKind.Busy];

    [Fact]
    public async Task no_fault_makes_a_wrong_answer()
    {
        var seed = Trial.Seed(20261128);
        await using var trial = await Trial.Start(seed);
        var (history, violations) = await trial.Run("short", seed, Schedule(trial), _settle);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Evidence.EverythingWorked(history);
        Evidence.TheDeadWereSeen(history, Trial.Bounds, trial.Cluster.Gateways.Count);
        Evidence.OldKeysWereUsed(history, Trial.Bounds);
        Assert.All(Enum.GetValues<FaultKind>().Except(_elsewhere), kind => Assert.Contains(history.Faults, fault => fault.Kind == kind));
    }

    private static IEnumerable<Func<Task>> Schedule(Trial trial)
    {
        var nemesis = trial.Tormentor;
        return
        [
            static () => Task.Delay(_calm),
            () => nemesis.PauseSilo(TimeSpan.FromSeconds(12)),
            () => nemesis.CutSilos(TimeSpan.FromSeconds(8)),
            () => nemesis.CutOffSilo(TimeSpan.FromSeconds(8)),
            () => nemesis.CutOffGateway(TimeSpan.FromSeconds(18)),
            static () => Task.Delay(_clear),
            () => nemesis.KillRedis(TimeSpan.FromSeconds(6)),
            () => nemesis.PauseRedis(TimeSpan.FromSeconds(8)),
            () => nemesis.SlowRedis(TimeSpan.FromMilliseconds(25), TimeSpan.FromSeconds(6)),
            () => nemesis.StepClock(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(4)),
            () => nemesis.StepClock(TimeSpan.FromMinutes(-5), TimeSpan.FromSeconds(4)),
            nemesis.KillGateway,
            () => nemesis.Scale(6),
            // Of the six members the snapshot names, one at most is still there when it is restored.
            nemesis.TakeSnapshot,
            () => nemesis.Scale(2),
            nemesis.TerminateSilo,
            nemesis.RestoreRedis,
            () => nemesis.StepAllClocks(TimeSpan.FromMinutes(125)),
            static () => Task.Delay(_afterwards),
        ];
    }
}
