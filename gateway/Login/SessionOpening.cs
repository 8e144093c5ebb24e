using System.Buffers.Text;
using System.Security.Cryptography;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Opens the session of a person whom the script approved, and hands the browser its cookie.</summary>
internal sealed partial class SessionOpening(
    IGrainFactory grains, BrowserSessions sessions, Visits visits, ServerSettings settings, TimeProvider clock, ILogger<SessionOpening> logger)
{
    private const int SidBytes = 32;

    /// <summary>Opens a session under a new id; what this browser had at the tenant before ends.</summary>
    /// <param name="context">The request; the cookie is added to its response.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="mode">The mode the script approved.</param>
    /// <param name="userName">The name as typed.</param>
    /// <param name="approved">What the script said.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <returns>The session, or null when the cluster refused the id, or no cookie can carry who it is.</returns>
    public async Task<Session?> Open(
        HttpContext context, Visit visit, string mode, string userName, LoginOutcome.Approved approved, TenantKeys keys)
    {
        // A fresh id at every login: whatever id a browser arrived with is worth nothing afterwards (session fixation, attack group 18).
        var sid = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SidBytes));
        var outcome = await grains.GetGrain<ISessionGrain>(sid).Open(
            new OpenSession
            {
                Tenant = visit.Tenant.Name,
                Subject = approved.Subject,
                User = userName,
                Role = approved.Role,
                ProfileJson = approved.ProfileJson,
                ProviderScopes = approved.Scopes,
                Acr = approved.Acr,
                Amr = approved.Amr,
                Browser = BrowserNames.Of(context.Request.Headers.UserAgent.ToString()),
                Mode = mode,
                Responsibility = ResponsibilityRules.Of(visit.Tenant, SilentLogin.ResponsibleHost(visit, mode)),
                CookieLife = settings.CookieLife,
                IdleLimit = visit.Tenant.Sessions.IdleLimit,
                AbsoluteLimit = visit.Tenant.Sessions.AbsoluteLimit,
            },
            context.RequestAborted);
        if (outcome is not SessionOutcome.Alive(var session))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (SsoCookie.Mint(session, visit.Tenant, keys, IssuerRules.IssuerOf(visit.Tenant, settings.PublicDomain), now, settings.CookieLife) is not { } token)
        {
            // A browser would drop it without a word, and the person would log in for ever.
            LogTooLong(logger, visit.Tenant.Name, session.Subject.Length, session.User.Length, session.Role.Length);
            await grains.GetGrain<ISessionGrain>(sid).End(visit.Tenant.Name, SessionEnd.Replaced, context.RequestAborted);
            return null;
        }

        await EndOthers(context, visit.Tenant);
        SetCookie(context, visit, mode, session, token, now);
        return session;
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
