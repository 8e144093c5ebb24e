using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>
/// 9. What is good is given: a session that nothing ended gets its code, and the first use of a code, an allowed device code, a pushed request or a current refresh token is not refused. To come again (5xx) is
/// no refusal. The eight before it forbid a wrong yes; a wrong no that looks like a right one is found by this alone.
/// </summary>
internal sealed class WhatIsGoodIsGiven(Bounds bounds) : IInvariant
{
    private static readonly OperationKind[] _usedOnce = [OperationKind.Redeem, OperationKind.Poll, OperationKind.UsePushed, OperationKind.Refresh];
    private static readonly string[] _questions = ["authorization_pending", "slow_down"];

    /// <inheritdoc />
    public int Number => 9;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history)
    {
        var endings = new Endings(history, bounds);
        bool IsWrong(Operation operation) => operation.Outcome == Outcome.Refused && !endings.MayHaveEnded(operation) && !IsExcused(history, operation);

        foreach (var operation in history.Of(OperationKind.Authorize).Where(IsWrong))
        {
            yield return Violation.Of(Number, "a session that nothing ended got no code", history, operation);
        }

        foreach (var thing in history.Operations.Where(static use => _usedOnce.Contains(use.Kind) && use.Used is not null).GroupBy(static use => use.Used))
        {
            var uses = thing.OrderBy(static use => use.Start).ToList();
            if (IsWrong(uses[0]) && !uses.Skip(1).Any(other => other.Start <= uses[0].End))
            {
                yield return Violation.Of(Number, $"{thing.Key} was refused when it was used for the first time", history, uses);
            }
        }
    }

    // A device nobody allowed yet; clocks that are not the same, by which things expire; a store that has forgotten what was given since its snapshot.
    private bool IsExcused(History history, Operation operation) => _questions.Contains(operation.Reason) || history.Faults.Any(fault => fault.Start < operation.End && (
        fault.Kind == FaultKind.RedisRestored || (fault.Kind == FaultKind.ClockStep && operation.Start < fault.End + bounds.Recovery)));
}
