using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>What signs what.</summary>
public static class SigningRules
{
    /// <summary>
    /// Algorithm of everything a client verifies by the published keys, unless the client chose another for its ID tokens: ID tokens, logout tokens,
    /// introspection answers. A tenant with the shared secret signs these with RS256, which every OpenID client must know (OpenID Connect Core §15.1): the
    /// secret opens too much to be in a client's hands.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    public static SigningAlgorithm PublishedAlgorithm(Tenant tenant) =>
        tenant.Algorithm == SigningAlgorithm.HS256 ? SigningAlgorithm.RS256 : tenant.Algorithm;

    /// <summary>Algorithm of a client's ID tokens, and of its logout tokens, which are signed like these (Back-Channel Logout §2.6).</summary>
    /// <param name="tenant">The client's tenant.</param>
    /// <param name="client">The client.</param>
    public static SigningAlgorithm IdTokenAlgorithm(Tenant tenant, Client client) => client.IdTokenAlgorithm ?? PublishedAlgorithm(tenant);

    /// <summary>Every algorithm the tenant's ring has a key of, as soon as somebody asks: its own first, then what its clients chose.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="choices">What the clients chose.</param>
    public static ImmutableArray<SigningAlgorithm> PublishedAlgorithms(Tenant tenant, AlgorithmChoices choices) =>
        PublishedAlgorithm(tenant) is var own && choices.Of(tenant.Name) is { IsEmpty: false } chosen ? [own, .. chosen.Remove(own)] : [own];

    /// <summary>
    /// <c>id_token_signing_alg_values_supported</c>: what clients get, and RS256 always, as OpenID Connect Discovery §3 demands: one line of a client's file
    /// chooses it, and the ring makes its key then.
    /// </summary>
    /// <inheritdoc cref="PublishedAlgorithms" path="/param"/>
    public static ImmutableArray<SigningAlgorithm> OfferedAlgorithms(Tenant tenant, AlgorithmChoices choices) =>
        PublishedAlgorithms(tenant, choices) is var used && used.Contains(SigningAlgorithm.RS256) ? used : used.Add(SigningAlgorithm.RS256);
}
