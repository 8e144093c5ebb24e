using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>What signs what.</summary>
public static class SigningRules
{
    /// <summary>
    /// Algorithm of everything a client verifies by the published keys: ID tokens, logout tokens, introspection answers. A tenant with
    /// the shared secret signs these with RS256, which every OpenID client must know (OpenID Connect Core §15.1): the secret opens
    /// too much to be in a client's hands.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    public static SigningAlgorithm PublishedAlgorithm(Tenant tenant) =>
        tenant.Algorithm == SigningAlgorithm.HS256 ? SigningAlgorithm.RS256 : tenant.Algorithm;
}
