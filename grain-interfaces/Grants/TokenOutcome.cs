using Uitsmijter.Actors.Protocol.Authorization;

namespace Uitsmijter.Actors.GrainInterfaces.Grants;

/// <summary>What became of a request for tokens.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.token-outcome")]
public abstract record TokenOutcome
{
    private TokenOutcome()
    {
    }

    /// <summary>Tokens.</summary>
    /// <param name="Tokens">The tokens.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.grants.token-outcome.issued")]
    public sealed record Issued([property: Id(0)] TokenSet Tokens) : TokenOutcome
    {
        /// <inheritdoc />
        public override string ToString() => "Issued { *** }";
    }

    /// <summary>No tokens.</summary>
    /// <param name="Error">What the client is told.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.grants.token-outcome.refused")]
    public sealed record Refused([property: Id(0)] OAuthError Error) : TokenOutcome;
}

/// <summary>Tokens as a client gets them (RFC 6749 §5.1). Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.token-set")]
public sealed record TokenSet
{
    /// <summary>The access token.</summary>
    [Id(0)] public required string AccessToken { get; init; }

    /// <summary><c>Bearer</c> or <c>DPoP</c>.</summary>
    [Id(1)] public required string TokenType { get; init; }

    /// <summary>Life of the access token.</summary>
    [Id(2)] public required TimeSpan ExpiresIn { get; init; }

    /// <summary>Granted scopes, sorted, separated by spaces; empty for none.</summary>
    [Id(3)] public required string Scope { get; init; }

    /// <summary>Refresh token, or null.</summary>
    [Id(4)] public string? RefreshToken { get; init; }

    /// <summary>ID token, or null.</summary>
    [Id(5)] public string? IdToken { get; init; }

    /// <summary>For token exchange: the type of what was issued (RFC 8693 §2.2.1); else null.</summary>
    [Id(6)] public string? IssuedTokenType { get; init; }

    /// <summary>Name of the client, for metrics and the audit record.</summary>
    [Id(7)] public string ClientName { get; init; } = "";

    /// <summary>Tenant name, for metrics and the audit record.</summary>
    [Id(8)] public string Tenant { get; init; } = "";

    /// <summary>Subject, for the audit record.</summary>
    [Id(9)] public string Subject { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => "TokenSet { *** }";
}

/// <summary>What the gateway knows and minting needs.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.mint-terms")]
public sealed record MintTerms
{
    /// <summary><c>PUBLIC_DOMAIN</c>: issuer of tenants that have wildcard hosts only.</summary>
    [Id(0)] public required string PublicDomain { get; init; }

    /// <summary>Life of an access token where the client sets none.</summary>
    [Id(1)] public required TimeSpan AccessTokenLife { get; init; }

    /// <summary>Life of a refresh token where the client sets none.</summary>
    [Id(2)] public required TimeSpan RefreshTokenLife { get; init; }
}
