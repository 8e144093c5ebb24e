using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>One of the sentences that must hold whatever happens. Pure: reads a history and nothing else.</summary>
internal interface IInvariant
{
    /// <summary>Its number.</summary>
    int Number { get; }

    /// <summary>Everything in a history that breaks it; empty when it holds.</summary>
    /// <param name="history">What happened.</param>
    IEnumerable<Violation> Check(History history);
}
