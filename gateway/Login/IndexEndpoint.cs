using System.Globalization;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary><c>GET /</c>: shows a person what their own session says, never its token; leads everybody else to the login page.</summary>
internal sealed class IndexEndpoint(Visits visits, BrowserSessions sessions, SessionProfiles profiles, LogoutPage logout, PageRenderer pages, ErrorPage errors)
{
    /// <summary>The path of the start page.</summary>
    public const string Path = "/";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        if (!visits.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var request = visits.Request(context);
        var visit = request is null
            ? null
            : visits.Choose(request, ReturnTarget.Root) ?? await sessions.VisitBySession(context, visits, request, ReturnTarget.Root);
        if (visit is null)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        var responsibility = ResponsibilityRules.Of(visit.Tenant, visit.Request.Host);
        var session = (await sessions.Of(context, visit.Tenant)).FirstOrDefault(session => session.Claims.Responsibility == responsibility);
        await pages.Write(context, PageName.Index, visit.Tenant, StatusCodes.Status200OK, new PageModel
        {
            ServiceUrl = visit.ServiceUrl,
            RequestUri = session is null ? null : PlaceAfterLogout(visit),
            Payload = session is null ? null : PayloadOf(session.Claims, await ProfileOf(session.Claims)),
            Ticket = session is null ? null : logout.TicketFor(context, visit),
        });
    }

    /// <summary>Without the cluster the page has no profile rather than no answer.</summary>
    private async Task<string?> ProfileOf(SsoClaims claims) =>
        claims.ProfileIsInSession ? (await profiles.Of(claims.Tenant, claims.Sid, claims.Subject) as ProfileAnswer.Found)?.Json : claims.ProfileJson;

    /// <summary>
    /// Where a logout from this page leads. A login host that several tenants share knows nobody without a login (decision 42): instead of an
    /// error the person gets to the tenant's first application, which asks for the next login. Null elsewhere: the start page.
    /// </summary>
    private string? PlaceAfterLogout(Visit visit)
    {
        if (visits.Choose(visit.Request, ReturnTarget.Root) is not null
            || visit.Tenant.Hosts.FirstOrDefault(static host => !host.Contains('*', StringComparison.Ordinal)) is not { } host)
        {
            return null;
        }

        return new HostString(visit.Request.Authority).Port is { } port
            ? string.Create(CultureInfo.InvariantCulture, $"//{host}:{port}/")
            : $"//{host}/";
    }

    /// <summary>The contract's claims; the session id stays between the browser and us.</summary>
    private static Dictionary<string, object?> PayloadOf(SsoClaims claims, string? profileJson)
    {
        var payload = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [JwtClaims.Issuer] = claims.Issuer,
            [JwtClaims.Subject] = claims.Subject,
            [JwtClaims.Audience] = SsoCookie.Audience,
            [JwtClaims.ExpiresAt] = claims.ExpiresAt.ToUnixTimeSeconds(),
            [JwtClaims.IssuedAt] = claims.IssuedAt.ToUnixTimeSeconds(),
            [JwtClaims.AuthTime] = claims.AuthTime.ToUnixTimeSeconds(),
            [JwtClaims.Tenant] = claims.Tenant,
            [JwtClaims.Responsibility] = claims.Responsibility,
            [JwtClaims.Role] = claims.Role,
            [JwtClaims.User] = claims.User,
            [JwtClaims.Scope] = claims.Scope,
        };
        if (profileJson is { } profile)
        {
            using var document = JsonDocument.Parse(profile);
            payload[JwtClaims.Profile] = document.RootElement.Clone();
        }

        return payload;
    }
}
