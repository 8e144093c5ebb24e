using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>How a session of the login page is to be, and how a browser gets its cookie.</summary>
internal sealed partial class SessionOpening(
    IGrainFactory grains, BrowserSessions sessions, Visits visits, ServerSettings settings, TimeProvider clock, ILogger<SessionOpening> logger)
{
    /// <summary>The terms of a session, should the script approve.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="mode">The login's mode.</param>
    public SessionTerms TermsOf(HttpContext context, Visit visit, string mode) => new()
    {
        Mode = mode,
        Responsibility = ResponsibilityRules.Of(visit.Tenant, SilentLogin.ResponsibleHost(visit, mode)),
        CookieLife = settings.CookieLife,
        IdleLimit = visit.Tenant.Sessions.IdleLimit,
        AbsoluteLimit = visit.Tenant.Sessions.AbsoluteLimit,
        Requirement = visit.RequirementOf(mode),
        Browser = BrowserNames.Of(context.Request.Headers.UserAgent.ToString()),
    };

    /// <summary>Hands the browser the cookie of its new session; what it had at the tenant before ends.</summary>
    /// <param name="context">The request; the cookie is added to its response.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="mode">The mode the script approved.</param>
    /// <param name="session">The session.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <returns>False when no cookie can carry who it is; the session is ended then.</returns>
    public async Task<bool> TryHandOver(HttpContext context, Visit visit, string mode, Session session, TenantKeys keys)
    {
        var now = clock.GetUtcNow();
        if (SsoCookie.Mint(session, visit.Tenant, keys, IssuerRules.IssuerOf(visit.Tenant, settings.PublicDomain), now, settings.CookieLife) is not { } token)
        {
            // A browser would drop it without a word, and the person would log in for ever.
            LogTooLong(logger, visit.Tenant.Name, session.Subject.Length, session.User.Length, session.Role.Length);
            await grains.GetGrain<ISessionGrain>(session.Sid).End(visit.Tenant.Name, SessionEnd.Replaced, context.RequestAborted);
            return false;
        }

        await EndOthers(context, visit.Tenant);
        SetCookie(context, visit, mode, session, token, now);
        return true;
    }

    private void SetCookie(HttpContext context, Visit visit, string mode, Session session, string token, DateTimeOffset now)
    {
        var left = session.ExpiresAt - now;
        SessionCookieWriter.Set(
            context.Response,
            CookieRules.NameFor(visit.Tenant),
            token,
            now,
            left < settings.CookieLife ? left : settings.CookieLife,
            CookieRules.DomainFor(visit.Tenant, mode, visits.CookiePlace(visit)),
            visit.Secure);
    }

    private async Task EndOthers(HttpContext context, Tenant tenant)
    {
        foreach (var old in await sessions.Of(context, tenant))
        {
            try
            {
                await grains.GetGrain<ISessionGrain>(old.Claims.Sid).End(tenant.Name, SessionEnd.Replaced, context.RequestAborted);
            }
            catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
            {
                // The new session stands; the old one ends by its own limits, and this browser has lost its cookie.
                LogOldSessionLives(logger, tenant.Name, failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A login of tenant {Tenant} was refused because no cookie can carry it: the provider's subject has {Subject} characters, the name {User}, the role {Role}")]
    private static partial void LogTooLong(ILogger logger, string tenant, int subject, int user, int role);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A replaced session of tenant {Tenant} could not be ended; it ends by its limits")]
    private static partial void LogOldSessionLives(ILogger logger, string tenant, Exception failure);
}
