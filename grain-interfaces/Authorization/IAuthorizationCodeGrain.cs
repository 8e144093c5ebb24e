using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.GrainInterfaces.Authorization;

/// <summary>
/// One authorization code. Key: hex SHA-256 of the code. Single use rests on the conditional write: whoever stores "consumed" first is
/// the one redemption, whatever number of activations there are for a moment.
/// </summary>
[Alias("uitsmijter.authorization-code")]
public interface IAuthorizationCodeGrain : IGrainWithStringKey
{
    /// <summary>Stores what the code stands for; durable before it returns.</summary>
    /// <param name="request">What was agreed.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>False when the key is taken.</returns>
    [Alias("issue"), Idempotent]
    Task<bool> Issue(IssueCode request, CancellationToken cancellationToken);

    /// <summary>
    /// Authenticates the client, proves client, redirect URI and verifier, consumes the code and mints. Only who has proven everything
    /// reaches the branch of a replay, which revokes what the code was exchanged for (RFC 6749 §4.1.2).
    /// </summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="cancellationToken">Stops waiting, not the writes.</param>
    [Alias("redeem")]
    Task<TokenOutcome> Redeem(RedeemCode request, CancellationToken cancellationToken);
}

/// <summary>What a code will stand for.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.issue-code")]
public sealed record IssueCode
{
    /// <summary>What was agreed.</summary>
    [Id(0)] public required GrantFacts Facts { get; init; }

    /// <summary>Redirect URI of the authorization request.</summary>
    [Id(1)] public required string RedirectUri { get; init; }

    /// <summary>The code challenge, or null.</summary>
    [Id(2)] public string? Challenge { get; init; }

    /// <summary>The challenge's method; meaningless without one.</summary>
    [Id(3)] public string? ChallengeMethod { get; init; }

    /// <summary>Life of the code. Design: 60 s.</summary>
    [Id(4)] public required TimeSpan Life { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"IssueCode {{ {Facts} }}";
}

/// <summary>A code as it is brought back. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.redeem-code")]
public sealed record RedeemCode
{
    /// <summary>Who brings it.</summary>
    [Id(0)] public required ClientProof Client { get; init; }

    /// <summary>Redirect URI, or null: compared when it was sent (contract http.md W5).</summary>
    [Id(1)] public string? RedirectUri { get; init; }

    /// <summary>PKCE verifier, or null.</summary>
    [Id(2)] public string? Verifier { get; init; }

    /// <summary>The method the client names once more (contract http.md §6.3), or null.</summary>
    [Id(3)] public string? ChallengeMethod { get; init; }

    /// <summary>Resources the access token shall be for; a subset of those granted (RFC 8707 §2.2).</summary>
    [Id(4)] public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Thumbprint of the key of a verified DPoP proof, or null.</summary>
    [Id(5)] public string? Jkt { get; init; }

    /// <summary>How to mint.</summary>
    [Id(6)] public required MintTerms Terms { get; init; }

    /// <summary>The proof <see cref="Jkt"/> comes from: used up before anything is given for it; null without one.</summary>
    [Id(7)] public ProofUse? Proof { get; init; }

    /// <inheritdoc />
    public override string ToString() => "RedeemCode { *** }";
}
