using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>5. No response is ever issued for another tenant, client or session.</summary>
internal sealed class AnswersNameWhoAsked : IInvariant
{
    /// <inheritdoc />
    public int Number => 5;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history) => history.Operations
        .Where(static operation => operation.Owner.IsContradictedBy(operation.Said))
        .Select(operation => Violation.Of(Number, $"{operation.Owner} asked and was answered as {operation.Said}", history, operation));
}
