using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>4. A device code or the name of a pushed request is consumed at most once.</summary>
internal sealed class DeviceCodesAndPushedRequestsOnce : IInvariant
{
    /// <inheritdoc />
    public int Number => 4;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history) =>
        from operation in history.Operations
        where operation is { Kind: OperationKind.Poll or OperationKind.UsePushed, Outcome: Outcome.Granted }
        group operation by (operation.Kind, operation.Used) into uses
        where uses.Count() > 1
        select Violation.Of(Number, $"{uses.Key.Used} was consumed {uses.Count()} times", history, history.Operations.Where(use => use.Kind == uses.Key.Kind && use.Used == uses.Key.Used));
}
