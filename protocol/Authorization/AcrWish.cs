using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// The authentication context a client wants: <c>acr_values</c> (OpenID Connect Core §3.1.2.1, RFC 9470 §4), or the claim <c>acr</c> of the
/// <c>claims</c> parameter (§5.5.1.1), which may insist.
/// </summary>
/// <param name="Values">Contexts in order of preference; empty for any.</param>
/// <param name="IsEssential">True: an answer with another context is no answer.</param>
public sealed record AcrWish(ImmutableArray<string> Values, bool IsEssential)
{
    /// <summary>No wish.</summary>
    public static AcrWish None { get; } = new([], false);

    /// <summary>The wish of a request; the claim says more than the parameter and goes first.</summary>
    /// <param name="request">The request.</param>
    public static AcrWish Of(AuthorizationRequest request) =>
        request.Claims.IdToken.GetValueOrDefault(JwtClaims.Acr) is { Values.Length: > 0 } claim ? new AcrWish(claim.Values, claim.IsEssential)
        : request.AcrValues.IsDefaultOrEmpty ? None
        : new AcrWish(request.AcrValues, false);

    /// <summary>Whether a login has one of the contexts.</summary>
    /// <param name="acr">The login's, or null.</param>
    public bool IsMetBy(string? acr) => Values.IsEmpty || (acr is not null && Values.Contains(acr, StringComparer.Ordinal));
}
