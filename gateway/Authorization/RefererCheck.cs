using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// The pages a client may be started from (contract http.md §5.2, 5 and 6). A filter for mistakes and no protection (W49): whoever wants to can
/// send any <c>Referer</c>. The pattern matches the whole address.
/// </summary>
internal static class RefererCheck
{
    /// <summary>Null when the request may go on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The client.</param>
    public static OAuthError? WhyRefused(HttpRequest request, Client client)
    {
        if (client.Referrers.IsDefaultOrEmpty)
        {
            return null;
        }

        return request.Headers.Referer is not [{ Length: > 0 } referer]
            ? OAuthError.InvalidRequest("The client has to be started from one of its own pages.", Reasons.LoginWrongReferer)
            : RedirectRules.IsRegistered(referer, client.Referrers)
                ? null
                : OAuthError.InvalidRequest("The client must not be started from this page.", Reasons.LoginWrongReferer) with { Status = StatusCodes.Status403Forbidden };
    }
}
