using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>Who may refresh what.</summary>
internal static class GrantRules
{
    /// <summary>Null when the client may try its token; nothing about the token is told to others.</summary>
    /// <param name="facts">The grant, or null.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="request">What it sent.</param>
    public static OAuthError? WhyRefused(GrantFacts? facts, Client client, RefreshGrant request)
    {
        if (!client.GrantTypes.Contains(GrantTypes.RefreshToken))
        {
            return OAuthError.UnauthorizedClient("The client may not use this grant type.", Reasons.ErrorUnsupportedGrantType);
        }

        if (facts is null)
        {
            return OAuthError.InvalidGrant("The refresh token is unknown, expired, used or revoked.", Reasons.InvalidToken);
        }

        if (facts.Client != client.Ident)
        {
            return OAuthError.InvalidGrant(
                "The refresh token is not one of this client.", facts.Tenant == client.TenantName ? Reasons.InvalidToken : Reasons.TenantMismatch);
        }

        if (facts.Jkt is { } bound && bound != request.Jkt)
        {
            return OAuthError.Of(OAuthErrors.InvalidDpopProof, Reasons.NotAcceptableRequest, "The DPoP proof is missing, or not made with the key the refresh token is bound to.");
        }

        if (request.Scopes is { IsDefault: false } asked && asked.Any(scope => !facts.Scopes.Contains(scope)))
        {
            return OAuthError.InvalidScope("A scope was not granted: a refresh may narrow, never widen.");
        }

        return Audiences(facts, request.Resources) is null ? OAuthError.InvalidTarget("A resource was not granted.") : null;
    }

    /// <summary>Audiences of an access token: the resources asked for, else those granted; null when one was not granted (RFC 8707 §2.2).</summary>
    /// <param name="facts">The grant.</param>
    /// <param name="asked">Resources asked for now.</param>
    public static ImmutableArray<string>? Audiences(GrantFacts facts, ImmutableArray<string> asked) =>
        asked.IsDefaultOrEmpty ? facts.Resources : asked.All(facts.Resources.Contains) ? asked : null;
}
