using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>A grant as it is stored. No token and no secret is in it.</summary>
internal sealed record GrantState : ISpendable
{
    /// <summary>What was agreed; null in the mark of a grant that was revoked before it began.</summary>
    public GrantFacts? Facts { get; init; }

    /// <summary>The refresh tokens; null without.</summary>
    public RefreshFamily? Family { get; init; }

    /// <summary>
    /// When the last access token the grant gave has expired at the latest. A revocation must last as long as what it revokes, and the life the client has today says
    /// nothing about tokens of yesterday. Null in records of builds that did not note it.
    /// </summary>
    public DateTimeOffset? AccessUntil { get; init; }

    /// <summary>When it ended; null while it lives.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <inheritdoc />
    bool ISpendable.IsUse => Family is not { Previous: null };

    /// <inheritdoc />
    /// <remarks>Every refresh token of it is one that came back, whoever brings it: its grant ends, and the feed tells everybody.</remarks>
    public ISpendable Spent(DateTimeOffset at) => Family is { } family ? this with { Family = RefreshRules.Spent(family) } : this with { RevokedAt = RevokedAt ?? at };

    /// <inheritdoc />
    public override string ToString() => "GrantState { *** }";
}
