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
    /// <summary>Why a token is not the client's to use; null when it is. Nothing about the token is told to others.</summary>
    /// <param name="facts">The grant, or null.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="request">What it sent.</param>
    public static OAuthError? WhyForeign(GrantFacts? facts, Client client, RefreshGrant request)
    {
        if (facts is null)
        {
            return OAuthError.InvalidGrant("The refresh token is unknown, expired, used or revoked.", Reasons.InvalidToken);
        }

        // Its ident alone does not make a client: another tenant may have taken it over.
        if (facts.Client != client.Ident || facts.Tenant != client.TenantName)
        {
            return OAuthError.InvalidGrant(
                "The refresh token is not one of this client.", facts.Tenant == client.TenantName ? Reasons.InvalidToken : Reasons.TenantMismatch);
        }

        if (DpopRules.WhyUnbound(client, request.Jkt) is { } unbound)
        {
            return unbound;
        }

        if (facts.Jkt is not null && !MayUse(facts.Jkt, client, request.Jkt))
        {
            return DpopRules.Invalid("The DPoP proof is missing, or not made with the key the refresh token is bound to.");
        }

        return null;
    }

    /// <summary>What of a request goes beyond the grant; null when nothing does.</summary>
    /// <param name="facts">The grant.</param>
    /// <param name="request">What the client sent.</param>
    public static OAuthError? WhyTooMuch(GrantFacts facts, RefreshGrant request) =>
        request.Scopes is { IsDefault: false } asked && asked.Any(scope => !facts.Scopes.Contains(scope)) ? OAuthError.InvalidScope("A scope was not granted: a refresh may narrow, never widen.")
        : Audiences(facts, request.Resources) is null ? OAuthError.InvalidTarget("A resource was not granted.")
        : null;

    /// <summary>Scopes of an access token: those asked for, else those granted; without what the client may not have any more, so that a scope taken from its file ends with the next refresh.</summary>
    /// <param name="facts">The grant.</param>
    /// <param name="client">The client as it is now.</param>
    /// <param name="request">What it sent.</param>
    public static ImmutableArray<string> Scopes(GrantFacts facts, Client client, RefreshGrant request) =>
        ScopeRules.StillAllowed(request.Scopes is { IsDefault: false } asked ? asked : facts.Scopes, facts, client);

    /// <summary>Single claims the grant holds (OpenID Connect Core §5.5), without those whose scope was taken from the client.</summary>
    /// <param name="facts">The grant.</param>
    /// <param name="client">The client as it is now.</param>
    public static string? Claims(GrantFacts facts, Client client) => facts.ClaimsJson is { } claims ? ClaimsRequest.Parse(claims)?.Agreed(client.Scopes) : null;

    /// <summary>
    /// A public client proves itself by the key alone, so its refresh token belongs to that key. A confidential one may change its key, but what was bound
    /// never becomes a bearer token again (RFC 9449 §5).
    /// </summary>
    private static bool MayUse(string bound, Client client, string? proven) => client.IsConfidential ? proven is not null : proven == bound;

    /// <summary>Audiences of an access token: the resources asked for, else those granted; null when one was not granted (RFC 8707 §2.2).</summary>
    /// <param name="facts">The grant.</param>
    /// <param name="asked">Resources asked for now.</param>
    public static ImmutableArray<string>? Audiences(GrantFacts facts, ImmutableArray<string> asked) =>
        asked.IsDefaultOrEmpty ? facts.Resources : asked.All(facts.Resources.Contains) ? asked : null;
}
