using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A crowd that meets the death of Redis' primary, twice: what was answered before is still so afterwards, although another Redis has to know it (decision 76).</summary>
public sealed class FailOver
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(10);

    // The Sentinel's, the library's and the replicas' own time: nothing is written with a yes until one follows the new primary.
    private static readonly TimeSpan _back = TimeSpan.FromSeconds(30);

    [Fact]
    [Trait("Invariant", "1")]
    [Trait("Invariant", "2")]
    [Trait("Invariant", "4")]
    [Trait("Invariant", "8")]
    public async Task the_death_of_a_primary_undoes_nothing_that_was_answered()
    {
        var seed = Trial.Seed(76);
        await using var redis = await WatchedRedis.Start();
        await using var trial = await Trial.Start(seed, redis.Settings);
        var gone = 0;
        Func<Task>[] faults =
        [
            () => trial.Tormentor.During(FaultKind.RedisKilled, "the primary", async () => gone = await redis.FailOver()),
            () => redis.Return(gone),
            () => trial.Tormentor.During(FaultKind.RedisKilled, "the primary after it", async () => gone = await redis.FailOver()),
            () => redis.Return(gone),
        ];

        var (history, violations) = await trial.Run("fail-over", seed, faults, _settle);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.All(history.Faults.Where(static fault => fault.Kind == FaultKind.RedisKilled), fault => Assert.Contains(
            history.Of(OperationKind.LogIn), operation => operation.Outcome == Outcome.Granted && operation.Start > fault.End && operation.End < fault.End + _back));
        Assert.All([OperationKind.Redeem, OperationKind.Refresh, OperationKind.UsePushed, OperationKind.Poll], kind => Assert.Contains(
            history.Of(kind), operation => operation.Outcome == Outcome.Granted && operation.Start > history.Faults[^1].End));
    }
}
