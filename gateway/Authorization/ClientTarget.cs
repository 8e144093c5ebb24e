using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>The client behind a login whose target is a request for a code: what the login page says and allows on its behalf.</summary>
/// <param name="Client">The client.</param>
/// <param name="RedirectUri">Where the person ends, registered for the client.</param>
/// <param name="Scopes">What it asks for and may have.</param>
internal sealed record ClientTarget(Client Client, string RedirectUri, ImmutableArray<string> Scopes)
{
    /// <summary>The client of a visit, or null where no client of the tenant waits.</summary>
    /// <param name="visit">The visit.</param>
    public static ClientTarget? Of(Visit visit)
    {
        if (!IsRequest(visit))
        {
            return null;
        }

        var (form, error) = OAuthForm.OfQuery(visit.Target.Text[visit.Target.Text.IndexOf('?', StringComparison.Ordinal)..]);
        return error is null
            && Guid.TryParseExact(form[OAuthParameters.ClientId], "D", out var ident)
            && visit.Catalog.ClientByIdent(ident) is { } client
            && client.TenantName == visit.Tenant.Name
            && form[OAuthParameters.RedirectUri] is { } redirectUri
            && RedirectRules.IsRegistered(redirectUri, client.RedirectUrls)
                ? new ClientTarget(client, redirectUri, [.. ScopeRules.Allowed(ScopeRules.Parse(form[OAuthParameters.Scope]), client.Scopes)])
                : null;
    }

    /// <summary>Whether a visit leads to the authorization endpoint of the host it is on.</summary>
    /// <param name="visit">The visit.</param>
    public static bool IsRequest(Visit visit) => visit.Target.Text.StartsWith($"{AuthorizeEndpoint.Path}?", StringComparison.Ordinal);
}
