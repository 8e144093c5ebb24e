using System.Collections.Immutable;
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
    IGrainFactory grains, BrowserSessions sessions, Visits visits, LogoutFrames frames, LogoutPage page, Recorder recorder, ErrorPage errors, TimeProvider clock)
{
    /// <summary>Logs out and redirects.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    public Task Say(HttpContext context, Visit visit) => Say(context, visit, visit.Target.Text);

    /// <summary>Logs out, lets the clients' frames load, and leaves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="returnTo">Where to, already judged; null stays on a page that says so.</param>
    public async Task Say(HttpContext context, Visit visit, string? returnTo)
    {
        if (await End(context, visit) is not { } told)
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
        if (told.IsEmpty && returnTo is not null)
        {
            SeeOther.Write(context, returnTo);
        }
        else
        {
            await page.Tell(context, visit, told, returnTo);
        }
    }

    /// <summary>Ends the sessions; the addresses of clients to tell by the browser, or null when not all could be ended.</summary>
    private async Task<ImmutableArray<string>?> End(HttpContext context, Visit visit)
    {
        if (!await sessions.CanTell(context, visit.Tenant))
        {
            return null;
        }

        var told = ImmutableArray.CreateBuilder<string>();
        foreach (var session in await sessions.Of(context, visit.Tenant))
        {
            try
            {
                told.AddRange(await frames.Of(visit, session.Claims.Sid, context.RequestAborted));
                await grains.GetGrain<ISessionGrain>(session.Claims.Sid).End(visit.Tenant.Name, SessionEnd.LoggedOut, context.RequestAborted);
            }
            catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
            {
                LogNotEnded(recorder.Logger, visit.Tenant.Name, failure);
                return null;
            }

            recorder.Audit.LoggedOut(visit.Tenant.Name, session.Claims.Subject, visit.Request.Client, session.Claims.Sid);
        }

        return [.. told.Distinct(StringComparer.Ordinal)];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A session of tenant {Tenant} could not be ended; its cookie stays, so that logging out can be tried again")]
    private static partial void LogNotEnded(ILogger logger, string tenant, Exception failure);
}

/// <summary>Where a logout leaves its traces.</summary>
/// <param name="Metrics">Series.</param>
/// <param name="Audit">Audit records.</param>
/// <param name="Logger">The log.</param>
internal sealed record Recorder(Metrics Metrics, AuditLog Audit, ILogger<Farewell> Logger);
