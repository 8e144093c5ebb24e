using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>The eight of them, and the one about what is good.</summary>
internal static class All
{
    /// <summary>One checker for each, in order.</summary>
    public static IReadOnlyList<IInvariant> Of(Bounds bounds) =>
    [
        new CodesGiveTokensOnce(bounds),
        new OneLineageOfRefreshTokens(bounds),
        new EndedSessionsStayEnded(bounds),
        new DeviceCodesAndPushedRequestsOnce(),
        new AnswersNameWhoAsked(),
        new OldKeysVerify(bounds),
        new ConfigurationIsObserved(bounds),
        new NothingFailsOpen(bounds),
        new WhatIsGoodIsGiven(bounds),
    ];

    /// <summary>Everything in a history that breaks one of them.</summary>
    public static IReadOnlyList<Violation> Violations(History history, Bounds bounds) => [.. Of(bounds).SelectMany(invariant => invariant.Check(history))];
}
