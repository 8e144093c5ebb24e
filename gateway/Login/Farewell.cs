using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Ends the sessions of a browser at one tenant and takes their cookies away. The order matters: when a session cannot be ended the
/// cookie stays, for without it the person could not try again while every copy of it lived on.
/// </summary>
internal sealed partial class Farewell(
    IGrainFactory grains, BrowserSessions sessions, Visits visits, Recorder recorder, ErrorPage errors, TimeProvider clock)
{
    /// <summary>Logs out and redirects.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    public async Task Say(HttpContext context, Visit visit)
    {
        if (!await End(context, visit))
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var now = clock.GetUtcNow();
        foreach (var domain in CookieRules.DomainsToClear(visit.Tenant, visits.CookiePlace(visit)))
        {
            SessionCookieWriter.Clear(context.Response, CookieRules.NameFor(visit.Tenant), now, domain, visit.Secure);
        }

        var mode = LoginModes.Parse(RawQuery.Last(context.Request.QueryString.Value, FieldNames.Mode) ?? visit.Request.Mode);
        recorder.Metrics.Logout(visit.Tenant.Name, mode, visit.Target.Host);
        SeeOther.Write(context, visit.Target);
    }

    private async Task<bool> End(HttpContext context, Visit visit)
    {
        if (!await sessions.CanTell(context, visit.Tenant))
        {
            return false;
        }

        foreach (var session in await sessions.Of(context, visit.Tenant))
        {
            try
            {
                await grains.GetGrain<ISessionGrain>(session.Claims.Sid).End(visit.Tenant.Name, SessionEnd.LoggedOut, context.RequestAborted);
            }
            catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
            {
                LogNotEnded(recorder.Logger, visit.Tenant.Name, failure);
                return false;
            }

            recorder.Audit.LoggedOut(visit.Tenant.Name, session.Claims.Subject, visit.Request.Client, session.Claims.Sid);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A session of tenant {Tenant} could not be ended; its cookie stays, so that logging out can be tried again")]
    private static partial void LogNotEnded(ILogger logger, string tenant, Exception failure);
}

/// <summary>Where a logout leaves its traces.</summary>
/// <param name="Metrics">Series.</param>
/// <param name="Audit">Audit records.</param>
/// <param name="Logger">The log.</param>
internal sealed record Recorder(Metrics Metrics, AuditLog Audit, ILogger<Farewell> Logger);
