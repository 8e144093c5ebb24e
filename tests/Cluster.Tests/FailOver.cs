using System.Diagnostics;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Invariants;
using Uitsmijter.Actors.Cluster.Tests.Processes;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A crowd that meets the death of Redis' primary, twice: what was answered before is still so afterwards, although another Redis has to know it (decision 76).</summary>
public sealed class FailOver
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(10);

    // The Sentinel's, the library's and the replicas' own time: nothing is written with a yes until one follows the new primary.
    private static readonly TimeSpan _back = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly OperationKind[] _spenders = [OperationKind.Redeem, OperationKind.Refresh, OperationKind.UsePushed, OperationKind.Poll];

    [Fact]
    [Trait("Invariant", "1")]
    [Trait("Invariant", "2")]
    [Trait("Invariant", "4")]
    [Trait("Invariant", "8")]
    public async Task the_death_of_a_primary_undoes_nothing_that_was_answered()
    {
        var seed = Trial.Seed(76);
        Assert.SkipUnless(WatchedRedis.IsInstalled, "redis-server or redis-cli is not installed");
        await using var redis = await WatchedRedis.Start(replicas: 2);
        await using var trial = await Trial.Start(seed, TestCluster.Watched(redis));
        var gone = 0;
        Func<Task>[] faults =
        [
            () => trial.Tormentor.During(FaultKind.RedisKilled, "the primary", async () => gone = await redis.KillPrimary()),
            () => trial.Tormentor.During(FaultKind.RedisUnfollowed, "the next primary", Followed),
            () => redis.Return(gone),
            () => trial.Tormentor.During(FaultKind.RedisKilled, "the primary after it", async () => gone = await redis.KillPrimary()),
            () => trial.Tormentor.During(FaultKind.RedisUnfollowed, "the next primary", Followed),
            () => redis.Return(gone),
            () => Until(() => _spenders.All(kind => trial.Recorder.Read() is var soFar && Worked(soFar, kind, soFar.Faults[^1].End))),
        ];

        async Task Followed()
        {
            await redis.UntilAnotherIs(gone);
            await redis.UntilFollowed();
        }

        var (history, violations) = await trial.Run("fail-over", seed, faults, _settle);

        var (unserved, broken) = (violations.Count(static one => one.Sentence == NothingFailsOpen.NotServed), violations.Where(static one => one.Sentence != NothingFailsOpen.NotServed).ToList());
        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.True(unserved * 100 <= history.Of(OperationKind.Ask).Count(), string.Join('\n', violations));
        Assert.All(history.Faults.Where(static fault => fault.Kind == FaultKind.RedisKilled), fault => Assert.Contains(
            history.Of(OperationKind.LogIn), operation => operation.Outcome == Outcome.Granted && operation.Start > fault.End && operation.End < fault.End + _back));
        Assert.All(_spenders, kind => Assert.True(Worked(history, kind, history.Faults.Last(static fault => fault.Kind == FaultKind.RedisKilled).End), $"{kind} never worked again"));
    }

    private static bool Worked(History history, OperationKind kind, TimeSpan since) => history.Of(kind).Any(operation => operation.Outcome == Outcome.Granted && operation.Start > since);

    // What never comes is said by the assertions afterwards.
    private static async Task Until(Func<bool> condition)
    {
        for (var begun = Stopwatch.GetTimestamp(); !condition() && Stopwatch.GetElapsedTime(begun) < _patience;)
        {
            await Task.Delay(500);
        }
    }
}
