using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Sends a person with a living session on without a form (contract configuration.md §1.6; unset means yes). The session must answer for
/// the same tenant or host, and a login for a proxy needs a session whose provider approved one. A cookie past three quarters of its
/// life is renewed on the way: many proxies drop the one forward-auth renews.
/// </summary>
internal sealed class SilentLogin(BrowserSessions sessions, SessionRenewals renewals, Visits visits, TimeProvider clock)
{
    private readonly TenantGate.Cache _gates = new();

    /// <summary>Redirects, if that may happen.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="mode">The login's mode.</param>
    public async Task<SilentVerdict> TryRedirect(HttpContext context, Visit visit, string mode)
    {
        if (!visit.Tenant.SilentLogin)
        {
            return SilentVerdict.ShowForm;
        }

        var responsibility = ResponsibilityRules.Of(visit.Tenant, ResponsibleHost(visit, mode));
        var living = (await sessions.Of(context, visit.Tenant))
            .Where(session => session.Claims.Responsibility == responsibility && (mode != LoginModes.Interceptor || session.Claims.Mode == LoginModes.Interceptor))
            .ToList();
        var now = clock.GetUtcNow();
        var session = living.Find(session => visit.RequirementOf(mode) is not { } requirement || requirement.IsMetBy(session.Claims.Acr, session.Claims.AuthTime, now));
        if (session is null && living.Count > 0)
        {
            // Forward-auth sent the person here because of it: sent back with it they would turn in circles.
            return SilentVerdict.TooWeak;
        }

        if (session is null || !RedirectBrake.Release(context, visit, now))
        {
            return SilentVerdict.ShowForm;
        }

        switch (await Renew(context, visit, session))
        {
            case Renewal.UserInvalid:
                return SilentVerdict.UserInvalid;
            case Renewal.SessionGone:
                return SilentVerdict.ShowForm;
            case Renewal.Renewed renewed:
                SetCookie(context, visit, session.Claims.Mode, renewed);
                break;
        }

        SeeOther.Write(context, visit.Target);
        return SilentVerdict.Redirected;
    }

    /// <summary>The host a session answers for where a tenant asks for a login per host (contract http.md §2.2).</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="mode">The login's mode.</param>
    public static string ResponsibleHost(Visit visit, string mode) =>
        mode == LoginModes.Interceptor ? visit.Target.Host ?? visit.Request.Host : visit.Request.Host;

    /// <summary>The same renewals as forward-auth's: once per session at a time, at most once a minute.</summary>
    private ValueTask<Renewal> Renew(HttpContext context, Visit visit, LiveSession session)
    {
        var credential = new Credential.Cookie
        {
            Tenant = session.Claims.Tenant,
            Responsibility = session.Claims.Responsibility,
            Mode = session.Claims.Mode,
            Acr = session.Claims.Acr,
            AuthTime = session.Claims.AuthTime,
            IssuedAt = session.Claims.IssuedAt,
            ExpiresAt = session.Claims.ExpiresAt,
        };
        if (clock.GetUtcNow() < credential.RenewAt)
        {
            return ValueTask.FromResult<Renewal>(Renewal.Pending.Instance);
        }

        var token = new KnownToken
        {
            Gate = _gates.Of(visit.Tenant),
            Keys = session.Keys,
            Claims = IdentityClaims.Of(session.Claims),
            Credential = credential,
            Sid = session.Claims.Sid,
        };
        return renewals.Renew(token, context.RequestAborted);
    }

    private void SetCookie(HttpContext context, Visit visit, string mode, Renewal.Renewed renewed)
    {
        var now = clock.GetUtcNow();
        SessionCookieWriter.Set(
            context.Response,
            CookieRules.NameFor(visit.Tenant),
            renewed.Cookie,
            now,
            renewed.ExpiresAt - now,
            CookieRules.DomainFor(visit.Tenant, mode, visits.CookiePlace(visit)),
            visit.Secure);
    }
}

/// <summary>What became of the attempt to do without a form.</summary>
internal enum SilentVerdict
{
    /// <summary>There is no session that would do.</summary>
    ShowForm = 0,

    /// <summary>The response is complete.</summary>
    Redirected = 1,

    /// <summary>The provider says that this person is not valid any more; the session was ended.</summary>
    UserInvalid = 2,

    /// <summary>There is a living session, but not as strong or as young as the tenant asks of logins for a proxy (RFC 9470).</summary>
    TooWeak = 3,
}
