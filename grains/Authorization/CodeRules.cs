using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>What has to be proven before a code is touched: a stranger reaches neither its consumption nor the branch of a replay.</summary>
internal static class CodeRules
{
    /// <summary>Null when everything is proven.</summary>
    /// <param name="state">The stored code.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="request">What it sent.</param>
    public static OAuthError? WhyRefused(CodeState state, Client client, RedeemCode request)
    {
        if (state.Facts is not { } facts)
        {
            return Unknown();
        }

        // Its ident alone does not make a client: another tenant may have taken it over.
        if (facts.Client != client.Ident || facts.Tenant != client.TenantName)
        {
            // Contract http.md §18 27: a client of another tenant learns that much and no more.
            return facts.Tenant == client.TenantName
                ? Unknown()
                : OAuthError.InvalidGrant("The code was issued by another tenant.", Reasons.TenantMismatch);
        }

        if (request.RedirectUri is { } redirect && redirect != state.RedirectUri)
        {
            return OAuthError.InvalidGrant("The redirect_uri is not the one of the authorization request.", Reasons.RedirectMismatch);
        }

        return !IsProven(state, request)
            ? OAuthError.InvalidGrant("The code_verifier does not match the code_challenge.", Reasons.CodeChallengeMethodMismatch)
            : WhyForeignKey(facts, client, request) ?? WhyForeignTarget(facts, request);
    }

    /// <summary>The one answer for unknown, used, expired and foreign codes.</summary>
    public static OAuthError Unknown() => OAuthError.InvalidGrant("The code is unknown, expired or used.", Reasons.InvalidCode);

    private static bool IsProven(CodeState state, RedeemCode request)
    {
        // "none" is the contract's way to say that there was no challenge (http.md §5.1).
        var named = request.ChallengeMethod == CodeChallengeMethods.None ? null : request.ChallengeMethod;
        return (named is null || named == (state.Challenge is null ? null : state.ChallengeMethod))
            && PkceRules.IsProven(state.Challenge, state.ChallengeMethod, request.Verifier);
    }

    /// <summary>RFC 8707 §2.2: asked before the code is used up, so that a slip of the client's developer does not cost the login.</summary>
    private static OAuthError? WhyForeignTarget(GrantFacts facts, RedeemCode request) =>
        GrantRules.Audiences(facts, request.Resources) is null ? OAuthError.InvalidTarget("A resource was not granted.") : null;

    /// <summary>RFC 9449 §10: a code that was asked for with a key is exchanged by that key alone.</summary>
    private static OAuthError? WhyForeignKey(GrantFacts facts, Client client, RedeemCode request) => facts.Jkt is { } bound && bound != request.Jkt
        ? DpopRules.Invalid("The DPoP proof is missing, or not made with the key of the authorization request.")
        : DpopRules.WhyUnbound(client, request.Jkt);
}
