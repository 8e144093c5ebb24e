using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Which addresses the logout page loads (Front-Channel Logout §2): those of the clients that were given something in the session, and no others.</summary>
internal sealed class LogoutFrames(IGrainFactory grains, ServerSettings settings)
{
    /// <summary>More than a page loads in its time; what a person has open at once is far below.</summary>
    private const int Most = 40;

    /// <summary>The addresses of one session; it must not have ended yet.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="sid">The session.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ImmutableArray<string>> Of(Visit visit, string sid, CancellationToken cancellationToken)
    {
        if (!visit.Catalog.ClientsOf(visit.Tenant.Name).Any(static client => client.Logout.FrontChannelUri is not null)
            || await grains.GetGrain<ISessionGrain>(sid).Look(visit.Tenant.Name, cancellationToken) is not SessionOutcome.Alive(var session))
        {
            return [];
        }

        var issuer = IssuerRules.IssuerOf(visit.Tenant, settings.PublicDomain);
        return
        [
            .. session.Clients
                .Select(given => visit.Catalog.ClientByIdent(given.Client))
                .OfType<Client>()
                .Where(client => client.TenantName == visit.Tenant.Name)
                .Select(client => Address(client.Logout, issuer, sid))
                .OfType<string>()
                .Take(Most),
        ];
    }

    private static string? Address(LogoutNotices notices, string issuer, string sid)
    {
        if (notices.FrontChannelUri is not { } address
            || !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Fragment.Length > 0
            || !ProtectedAddress.Is(uri))
        {
            return null;
        }

        return notices.FrontChannelSession
            ? $"{address}{(uri.Query.Length > 0 ? '&' : '?')}{OAuthParameters.Issuer}={Uri.EscapeDataString(issuer)}&{OAuthParameters.SessionId}={Uri.EscapeDataString(sid)}"
            : address;
    }
}
