using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.GrainInterfaces.Grants;

/// <summary>Mints tokens that have no grant of their own: client credentials, password, token exchange. Key: tenant name; a stateless worker.</summary>
[Alias("uitsmijter.token")]
public interface ITokenGrain : IGrainWithStringKey
{
    /// <summary>Mints an access token, and an ID token where the facts have the scope <c>openid</c> and a person.</summary>
    /// <param name="request">What to mint.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("mint"), Idempotent]
    Task<TokenOutcome> Mint(MintTokens request, CancellationToken cancellationToken);
}

/// <summary>Tokens to mint.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.mint")]
public sealed record MintTokens
{
    /// <summary>What they say.</summary>
    [Id(0)] public required GrantFacts Facts { get; init; }

    /// <summary>How to mint.</summary>
    [Id(1)] public required MintTerms Terms { get; init; }

    /// <summary>The tokens end at this instant at the latest, or null: an exchanged token never outlives the one it was made from.</summary>
    [Id(2)] public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Audiences of an exchange beside the resources (RFC 8693 §2.1).</summary>
    [Id(3)] public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>The grant whose end ends these tokens too, or null.</summary>
    [Id(4)] public string? GrantId { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"MintTokens {{ {Facts} }}";
}
