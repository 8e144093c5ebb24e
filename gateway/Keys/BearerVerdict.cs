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

    /// <summary>The client it was issued to, in its own spelling; null for tokens of older versions.</summary>
    public string? ClientId { get; init; }

    /// <summary>True when it is bound to a key (RFC 9449 §6): without a proof of that key it opens nothing.</summary>
    public bool IsBound { get; init; }

    /// <summary>Thumbprint of that key; null for a bearer token, and where it is bound in a way we do not know.</summary>
    public string? Jkt { get; init; }

    /// <summary>Context of the login behind it, or null.</summary>
    public string? Acr { get; init; }

    /// <summary>When that login was; null where it does not say.</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it begins.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>All its claims, as they were signed.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <inheritdoc />
    public override string ToString() => "AccessToken { *** }";
}
