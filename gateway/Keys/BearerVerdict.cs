using System.Collections.Immutable;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>What became of checking an access token.</summary>
internal abstract record BearerVerdict
{
    private BearerVerdict()
    {
    }

    /// <summary>Signed by this tenant, of the right type and issuer, and in its time. Audience and revocation are the caller's questions.</summary>
    /// <param name="Token">What it says.</param>
    internal sealed record Valid(AccessToken Token) : BearerVerdict;

    /// <summary>Opens nothing; why is nobody's business.</summary>
    internal sealed record Invalid : BearerVerdict;
}

/// <summary>A verified access token (RFC 9068 with the contract's claims).</summary>
internal sealed record AccessToken
{
    /// <summary>Who.</summary>
    public required IdentityClaims Claims { get; init; }

    /// <summary>For whom: client ids or hosts.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Token id, or null.</summary>
    public string? TokenId { get; init; }

    /// <summary>Session, or null.</summary>
    public string? SessionId { get; init; }

    /// <summary>Grant, or null.</summary>
    public string? GrantId { get; init; }

    /// <inheritdoc />
    public override string ToString() => "AccessToken { *** }";
}
