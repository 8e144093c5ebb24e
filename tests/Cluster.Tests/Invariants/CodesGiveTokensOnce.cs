using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>1. A code yields tokens at most once; after a replay its descendants become invalid within the bound.</summary>
internal sealed class CodesGiveTokensOnce(Bounds bounds) : IInvariant
{
    /// <inheritdoc />
    public int Number => 1;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history)
    {
        var endings = new Endings(history, bounds);
        foreach (var code in history.Of(OperationKind.Redeem).GroupBy(static use => use.Used))
        {
            var granted = code.Where(static use => use.Outcome == Outcome.Granted).ToList();
            if (granted.Count > 1)
            {
                yield return Violation.Of(Number, $"the code {code.Key} gave tokens {granted.Count} times", history, code);
            }

            if (granted.Count > 0 && code.Where(static use => use.Outcome == Outcome.Refused).MinBy(static use => use.End) is { } replay)
            {
                var end = replay with { End = replay.End > granted[0].End ? replay.End : granted[0].End };
                if (history.Operations.FirstOrDefault(later => IsDescendant(later, granted[0]) && endings.IsTooLate(end, later)) is { } alive)
                {
                    yield return Violation.Of(Number, $"what the code {code.Key} gave was good {(alive.Start - end.End).TotalSeconds:F1} s after its replay", history, [.. code, alive]);
                }
            }
        }
    }

    private static bool IsDescendant(Operation operation, Operation granted) =>
        operation is { Kind: OperationKind.UserInfo or OperationKind.Refresh, Outcome: Outcome.Granted, Grant: not null } && operation.Grant == granted.Grant;
}
