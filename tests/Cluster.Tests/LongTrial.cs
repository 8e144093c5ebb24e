using System.Globalization;
using Uitsmijter.Actors.Cluster.Tests.Invariants;
using Uitsmijter.Actors.Cluster.Tests.Nemesis;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>
/// Faults by chance for as long as <c>UITSMIJTER_MINUTES</c> says; the same <c>UITSMIJTER_SEED</c> does the same. With <c>UITSMIJTER_OLD_BUILD</c>, a folder
/// with the programs of the build before, members are exchanged between the two builds as well. Which faults, and which for certain, is <see cref="LongPlan"/>'s.
/// </summary>
public sealed class LongTrial
{
    [Fact]
    public async Task faults_by_chance_make_no_wrong_answer()
    {
        var minutes = int.TryParse(Environment.GetEnvironmentVariable("UITSMIJTER_MINUTES"), CultureInfo.InvariantCulture, out var number) ? number : 0;
        Assert.SkipWhen(minutes == 0, "the long trial runs for UITSMIJTER_MINUTES minutes, and that is not set");
        var seed = Trial.Seed(1);
        await using var trial = await Trial.Start(seed);

        var old = Environment.GetEnvironmentVariable("UITSMIJTER_OLD_BUILD") is { Length: > 0 } folder ? folder : null;
        var time = TimeSpan.FromMinutes(minutes);
        var plan = LongPlan.Faults(new Random(seed), old, () => trial.Recorder.Now >= time);

        var (history, violations) = await trial.Run("long", seed, plan.Select(fault => (Func<Task>)(() => fault.Do(trial.Tormentor))), TimeSpan.FromSeconds(8));

        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Evidence.EverythingWorked(history);
        Evidence.TheDeadWereSeen(history, Trial.Bounds, trial.Cluster.Gateways.Count);
        Evidence.OldKeysWereUsed(history, Trial.Bounds);
    }
}
