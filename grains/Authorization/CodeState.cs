using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>An authorization code as it is stored; the code itself is nowhere.</summary>
internal sealed record CodeState : ISpendable
{
    /// <summary>What was agreed; null in a record that was never written.</summary>
    public GrantFacts? Facts { get; init; }

    /// <summary>Redirect URI of the authorization request.</summary>
    public string RedirectUri { get; init; } = "";

    /// <summary>The code challenge, or null.</summary>
    public string? Challenge { get; init; }

    /// <summary>Its method.</summary>
    public string? ChallengeMethod { get; init; }

    /// <summary>The code is refused from here on.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The grant the code becomes.</summary>
    public string GrantId { get; init; } = "";

    /// <summary>When it was exchanged; null while it was not.</summary>
    public DateTimeOffset? ConsumedAt { get; init; }

    /// <inheritdoc />
    bool ISpendable.IsUse => ConsumedAt is not null;

    /// <inheritdoc />
    public ISpendable Spent(DateTimeOffset at) => this with { ConsumedAt = ConsumedAt ?? at };

    /// <inheritdoc />
    public override string ToString() => "CodeState { *** }";
}
