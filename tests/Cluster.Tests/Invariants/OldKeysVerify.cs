using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>6. During key rotation every token signed by an old key verifies until its expiry on every node. No token of a run is as old as its expiry.</summary>
internal sealed class OldKeysVerify(Bounds bounds) : IInvariant
{
    /// <inheritdoc />
    public int Number => 6;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history)
    {
        var endings = new Endings(history, bounds);
        return history.Of(OperationKind.UserInfo)
            .Where(operation => operation.Outcome == Outcome.Refused && !endings.MayHaveEnded(operation) && !IsBetweenClocks(history, operation))
            .Select(operation => Violation.Of(
                Number,
                $"a token that nothing ended, signed with the key {operation.Key}, was refused",
                history,
                history.Operations.Where(other => other == operation || (other.Grant is not null && other.Grant == operation.Grant && other.Number < operation.Number))));
    }

    // While all clocks are set hours further they are not the same for a moment: a token of one process is from another's far future.
    private bool IsBetweenClocks(History history, Operation operation) =>
        history.Faults.Any(fault => fault is { Kind: FaultKind.ClockStep, IsForEverybody: true } && fault.Start < operation.End && operation.Start < fault.End + bounds.Recovery);
}
