using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>What a client is given that acts for the person of a session, the same whichever way the session came about: by a code, a device or a password.</summary>
internal static class SessionFacts
{
    /// <summary>The facts of a new grant. What the request adds (nonce, resources, key) is for the caller to add.</summary>
    /// <param name="session">The living session.</param>
    /// <param name="client">The client; its id is told in the spelling of its file's ident unless the caller says another.</param>
    /// <param name="asked">Scopes the client asked for.</param>
    public static GrantFacts For(Session session, Client client, ImmutableArray<string> asked)
    {
        var scopes = ScopeRules.Grant(asked, client.Scopes, session.ProviderScopes, client.AllowedProviderScopes);
        var isOffline = scopes.Contains(ScopeNames.OfflineAccess);
        return Of(session, client.Ident, client.Ident.ToString("D")) with
        {
            Scopes = scopes,
            ProviderScopes = [.. ScopeRules.Allowed(session.ProviderScopes, client.AllowedProviderScopes)],
            IsOffline = isOffline,
            EndsAt = isOffline ? null : session.AbsoluteEnd,
        };
    }

    /// <summary>The person of a session and how they logged in, without any scope; ends with the session.</summary>
    /// <param name="session">The living session.</param>
    /// <param name="client">The client.</param>
    /// <param name="clientId">Its id in its own spelling.</param>
    public static GrantFacts Of(Session session, Guid client, string clientId) => new()
    {
        Tenant = session.Tenant,
        Client = client,
        ClientId = clientId,
        Sid = session.Sid,
        Subject = session.Subject,
        User = session.User,
        Role = session.Role,
        ProfileJson = session.ProfileJson,
        AuthTime = session.AuthTime,
        Acr = session.Acr,

        // RFC 8176 §2: sessions of before kept no methods, and there was but one.
        Amr = session.Amr.IsDefaultOrEmpty ? [AuthenticationMethods.Password] : session.Amr,
        EndsAt = session.AbsoluteEnd,
    };
}
