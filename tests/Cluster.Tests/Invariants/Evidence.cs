using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>That a history is about what it is judged by: a run in which nothing was granted breaks no sentence either.</summary>
internal static class Evidence
{
    /// <summary>Looks at dead sessions and grants, by each gateway, fewer than which say nothing about sentence 3.</summary>
    private const int Enough = 50;

    /// <summary>Everything anybody does was granted at least once; what strangers ask never is.</summary>
    public static void EverythingWorked(History history) => Assert.All(
        Enum.GetValues<OperationKind>().Except([OperationKind.AskAsStranger]),
        kind => Assert.Contains(history.Operations, operation => operation.Kind == kind && operation.Outcome == Outcome.Granted));

    /// <summary>Sentence 3 is about much later; a run in which nobody looked then says nothing about it.</summary>
    /// <param name="history">The history.</param>
    /// <param name="bounds">What it is judged by.</param>
    /// <param name="gateways">How many gateways there are.</param>
    public static void TheDeadWereSeen(History history, Bounds bounds, int gateways)
    {
        var endings = new Endings(history, bounds);
        bool IsLate(Operation look, string? what) => what is not null && endings.Certain.TryGetValue(what, out var ended) && look.Start > ended.End + bounds.Stale;

        var looks = history.Operations.Where(static operation => operation is { IsDirect: true, Outcome: Outcome.Refused }).ToList();
        Assert.All(Enumerable.Range(0, gateways), gateway =>
        {
            var late = looks.Count(look => look.Gateway == gateway && (IsLate(look, look.Owner.Session) || IsLate(look, look.Grant)));
            Assert.True(late > Enough, $"gateway {gateway} was asked {late} times about what had ended long before");
        });
    }

    /// <summary>Nor does it say anything about sentence 6, unless the keys have changed and tokens of the old ones are used after that.</summary>
    public static void OldKeysWereUsed(History history, Bounds bounds)
    {
        var step = history.Faults.Last(static fault => fault is { Kind: FaultKind.ClockStep, IsForEverybody: true });
        var good = history.Of(OperationKind.UserInfo).Where(static operation => operation.Outcome == Outcome.Granted).ToList();
        var old = good.Where(operation => operation.Start < step.Start).Select(static operation => operation.Key).ToHashSet();
        Assert.Contains(good, operation => operation.Start > step.End + bounds.Recovery && old.Contains(operation.Key));
        Assert.Contains(good, operation => operation.Start > step.End && !old.Contains(operation.Key));
    }
}
