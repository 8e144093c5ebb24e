using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.GrainInterfaces.Grants;

/// <summary>
/// What one client was given, and its refresh family. Key: random grant id, which is the claim <c>gid</c> and the first half of a refresh
/// token; alone it opens nothing. Rotation rests on the conditional write.
/// </summary>
[Alias("uitsmijter.grant")]
public interface IGrantGrain : IGrainWithStringKey
{
    /// <summary>Opens the grant and mints its first tokens. A grant that exists, also as a mark that it was revoked before it began, is refused.</summary>
    /// <param name="request">What was agreed.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("open")]
    Task<TokenOutcome> Open(OpenGrant request, CancellationToken cancellationToken);

    /// <summary>
    /// Rotates the refresh token (RFC 9700 §4.14): inside the grace window the previous one gets the same successor again, outside it
    /// the family is revoked.
    /// </summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("refresh")]
    Task<TokenOutcome> Refresh(RefreshGrant request, CancellationToken cancellationToken);

    /// <summary>What a refresh token stands for, while it is good.</summary>
    /// <param name="secret">The second half of the refresh token.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null for a wrong secret, a spent, expired or revoked one.</returns>
    [Alias("inspect"), Idempotent]
    Task<GrantView?> Inspect(string secret, CancellationToken cancellationToken);

    /// <summary>The profile the provider gave, for tokens it did not fit into.</summary>
    /// <param name="tenant">The tenant of the token that asks.</param>
    /// <param name="subject">Its subject.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>JSON; null where there is none, or the grant is another's, or over.</returns>
    [Alias("profile"), Idempotent]
    Task<string?> Profile(string tenant, string subject, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the grant for whoever holds one of its refresh tokens (RFC 7009 §2.1), a spent or expired one too: a client that did not hear the answer to its last refresh has no other, and who has somebody
    /// else's spent token could end the grant by using it. A guess, or a token of another client, does nothing.
    /// </summary>
    /// <param name="secret">The second half of the refresh token.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="tenant">The client's tenant.</param>
    /// <param name="until">As of <see cref="Revoke"/>.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>What was ended; null where nothing was, because there was nothing, or no more.</returns>
    [Alias("end-by-token"), Idempotent]
    Task<GrantFacts?> EndByToken(string secret, Guid client, string tenant, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Ends the grant and every token of it; in the revocation feed before it returns. Repeating it is harmless, also before <see cref="Open"/>.</summary>
    /// <param name="until">When the caller knows no grant of this id: until when tokens of it may live.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("revoke"), Idempotent]
    Task Revoke(DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>A new grant.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.open")]
public sealed record OpenGrant
{
    /// <summary>What was agreed.</summary>
    [Id(0)] public required GrantFacts Facts { get; init; }

    /// <summary>Resources of the first access token; empty for those of the facts.</summary>
    [Id(1)] public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>True gives a refresh token.</summary>
    [Id(2)] public required bool WithRefreshToken { get; init; }

    /// <summary>How to mint.</summary>
    [Id(3)] public required MintTerms Terms { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"OpenGrant {{ {Facts} }}";
}

/// <summary>A refresh token as it is brought back. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.refresh")]
public sealed record RefreshGrant
{
    /// <summary>Who brings it.</summary>
    [Id(0)] public required ClientProof Client { get; init; }

    /// <summary>The second half of the refresh token.</summary>
    [Id(1)] public required string Secret { get; init; }

    /// <summary>Scopes asked for, or null for those granted; may narrow, never widen (RFC 6749 §6).</summary>
    [Id(2)] public ImmutableArray<string>? Scopes { get; init; }

    /// <summary>Resources the access token shall be for; a subset of those granted.</summary>
    [Id(3)] public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Thumbprint of the key of a verified DPoP proof, or null.</summary>
    [Id(4)] public string? Jkt { get; init; }

    /// <summary>How to mint.</summary>
    [Id(5)] public required MintTerms Terms { get; init; }

    /// <summary>True when a tenant without a validation script keeps its users (<c>ALLOW_MISSING_PROVIDERS</c>).</summary>
    [Id(6)] public bool AllowMissingProvider { get; init; }

    /// <summary>The proof <see cref="Jkt"/> comes from: used up before anything is given for it; null without one.</summary>
    [Id(7)] public ProofUse? Proof { get; init; }

    /// <inheritdoc />
    public override string ToString() => "RefreshGrant { *** }";
}

/// <summary>A living grant, for introspection and for whoever revokes it.</summary>
/// <param name="Facts">What was agreed.</param>
/// <param name="IssuedAt">When the refresh token was made.</param>
/// <param name="ExpiresAt">When it ends.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.view")]
public sealed record GrantView(
    [property: Id(0)] GrantFacts Facts,
    [property: Id(1)] DateTimeOffset IssuedAt,
    [property: Id(2)] DateTimeOffset ExpiresAt);
