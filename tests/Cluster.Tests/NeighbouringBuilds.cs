using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>
/// This build and the one before side by side, member by member in both directions, while everything is used (attack 49). <c>UITSMIJTER_OLD_BUILD</c> names a folder with the programs of
/// the older one; without it nothing is run.
/// </summary>
public sealed class NeighbouringBuilds
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(8);

    [Fact]
    [Trait("Attack", "49")]
    public async Task a_cluster_is_set_back_and_replaced_member_by_member_while_it_is_used()
    {
        var old = Environment.GetEnvironmentVariable("UITSMIJTER_OLD_BUILD");
        Assert.SkipWhen(string.IsNullOrEmpty(old), "UITSMIJTER_OLD_BUILD names no folder with the programs of the build before");
        var seed = Trial.Seed(49);
        await using var trial = await Trial.Start(seed);

        var (history, violations) = await trial.Run("builds", seed, Schedule(trial, old!), _settle);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.Equal(2 * trial.Cluster.Silos.Concat(trial.Cluster.Gateways).Count(), history.Faults.Count(static fault => fault.Kind == FaultKind.OtherBuild));
        Assert.All(Enum.GetValues<OperationKind>().Except([OperationKind.AskAsStranger]), kind => Assert.Contains(history.Operations, operation => operation.Kind == kind && operation.Outcome == Outcome.Granted));
    }

    // Silos before gateways when a build comes, gateways before silos when it goes (docs/operations.md): between any two steps both builds are at work.
    private static IEnumerable<Func<Task>> Schedule(Trial trial, string old)
    {
        var (cluster, nemesis) = (trial.Cluster, trial.Tormentor);
        return cluster.Gateways.Concat(cluster.Silos).ToList().Select(member => (Func<Task>)(() => nemesis.ExchangeBuild(member, old)))
            .Concat(cluster.Silos.Concat(cluster.Gateways).ToList().Select(member => (Func<Task>)(() => nemesis.ExchangeBuild(member, TestCluster.ThisBuild))));
    }
}
