using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>3. A logged-out or revoked session or grant is refused by every node within the bound, and never comes back.</summary>
internal sealed class EndedSessionsStayEnded(Bounds bounds) : IInvariant
{
    /// <inheritdoc />
    public int Number => 3;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history)
    {
        var endings = new Endings(history, bounds);
        foreach (var later in history.Operations.Where(static operation => operation.Outcome == Outcome.Granted && IsUse(operation.Kind)))
        {
            foreach (var what in new[] { later.Owner.Session, later.Grant })
            {
                if (what is not null && endings.Certain.TryGetValue(what, out var ended) && endings.IsTooLate(ended, later))
                {
                    yield return Violation.Of(Number, $"{what} was good {(later.Start - ended.End).TotalSeconds:F1} s after its end was reported", history, [ended, later]);
                }
            }
        }
    }

    private static bool IsUse(OperationKind kind) =>
        kind is OperationKind.Ask or OperationKind.Authorize or OperationKind.UserInfo or OperationKind.Refresh or OperationKind.Redeem or OperationKind.UsePushed;
}
