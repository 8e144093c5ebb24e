using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;

namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>What a person has open at the tenant of a visit: asks the cluster, and makes of it what the page shows and its form names.</summary>
internal sealed class AccountSessions(IGrainFactory grains)
{
    /// <summary>Eight bytes of a digest tell a person's own sessions apart, and say nothing about their ids.</summary>
    private const int HandleLength = 16;

    /// <summary>Asks the cluster.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="live">Who looks.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<SubjectView> Of(Visit visit, LiveSession live, CancellationToken cancellationToken) => Subject(visit).Look(live.Claims.Subject, cancellationToken);

    /// <summary>What the page shows.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="live">Who looks.</param>
    /// <param name="view">What is open.</param>
    public static AccountCard CardOf(Visit visit, LiveSession live, SubjectView view) => new(
        [
            .. view.Sessions.OrderByDescending(session => session.Sid == live.Claims.Sid).Select(session => new SessionCard(
                HandleOf(session.Sid), session.Browser, session.Sid == live.Claims.Sid, session.HasNoCookie, session.AuthTime, session.LastSeen,
                [.. session.Clients.Select(given => NameOf(visit, given.Client)).OfType<string>().Order(StringComparer.CurrentCulture)])),
        ],
        [.. view.Grants.Select(grant => new ApplicationCard(HandleOf(grant.Id), NameOf(visit, grant.Client) ?? "?", grant.Begun))]);

    /// <summary>The session or grant a handle names, or null: only what the person has open themselves can be named.</summary>
    /// <param name="ids">The person's own.</param>
    /// <param name="handle">From the form.</param>
    public static string? Named(IEnumerable<string> ids, string handle) => ids.FirstOrDefault(id => HandleOf(id) == handle);

    /// <summary>The subject's side of the cluster.</summary>
    /// <param name="visit">The visit.</param>
    public ISubjectGrain Subject(Visit visit) => grains.GetGrain<ISubjectGrain>(visit.Tenant.Name);

    private static string HandleOf(string id) => Digests.KeyOf(id)[..HandleLength];

    private static string? NameOf(Visit visit, Guid client) =>
        visit.Catalog.ClientByIdent(client) is { } known && known.TenantName == visit.Tenant.Name ? ClientCard.Of(known).Name : null;
}
