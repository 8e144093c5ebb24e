using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>A history that must not be.</summary>
/// <param name="Invariant">Number of the invariant (security.md, consistency and chaos programme).</param>
/// <param name="Sentence">What is wrong.</param>
/// <param name="Excerpt">The operations that show it, and the faults around them.</param>
internal sealed record Violation(int Invariant, string Sentence, string Excerpt)
{
    /// <summary>A violation with the operations that show it.</summary>
    public static Violation Of(int invariant, string sentence, History history, params IEnumerable<Operation> operations) =>
        new(invariant, sentence, history.Excerpt(operations));

    /// <inheritdoc />
    public override string ToString() => $"Invariant {Invariant}: {Sentence}\n{Excerpt}\n";
}
