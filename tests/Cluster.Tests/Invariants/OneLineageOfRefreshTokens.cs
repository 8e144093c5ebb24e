using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>2. In a refresh family at most one lineage is alive outside the grace window.</summary>
internal sealed class OneLineageOfRefreshTokens(Bounds bounds) : IInvariant
{
    /// <inheritdoc />
    public int Number => 2;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history)
    {
        foreach (var family in history.Of(OperationKind.Refresh).GroupBy(static use => use.Grant))
        {
            foreach (var token in family.GroupBy(static use => use.Used))
            {
                foreach (var violation in Check(history, family, token))
                {
                    yield return violation;
                }
            }
        }
    }

    private IEnumerable<Violation> Check(History history, IEnumerable<Operation> family, IGrouping<string?, Operation> token)
    {
        var granted = token.Where(static use => use.Outcome == Outcome.Granted).OrderBy(static use => use.End).ToList();
        if (granted.Select(static use => use.Gave).Distinct().Count() > 1)
        {
            yield return Violation.Of(Number, $"the refresh token {token.Key} has two different successors", history, token);
        }

        if (granted.Count == 0)
        {
            yield break;
        }

        var graceEnds = granted[0].End + bounds.Grace + bounds.Slack;
        if (granted.Find(use => use.Start > graceEnds) is { } late)
        {
            yield return Violation.Of(Number, $"the refresh token {token.Key} was accepted {(late.Start - granted[0].End).TotalSeconds:F1} s after it was rotated", history, [granted[0], late]);
        }

        // Reuse after the grace: nobody knows who stole it, so nobody keeps it.
        if (token.Where(use => use.Outcome == Outcome.Refused && use.Start > graceEnds).MinBy(static use => use.End) is { } reuse
            && family.FirstOrDefault(use => use.Outcome == Outcome.Granted && use.Start > reuse.End) is { } alive)
        {
            yield return Violation.Of(Number, $"the family {token.First().Grant} lives on after its token {token.Key} was used again", history, [granted[0], reuse, alive]);
        }
    }
}
