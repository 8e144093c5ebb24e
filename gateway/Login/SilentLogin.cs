using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Sends a person with a living session on without a form (contract configuration.md §1.6; unset means yes). The session must answer for
/// the same tenant or host, and a login for a proxy needs a session whose provider approved one.
/// </summary>
internal sealed class SilentLogin(BrowserSessions sessions, TimeProvider clock)
{
    /// <summary>Redirects, if that may happen.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="mode">The login's mode.</param>
    /// <returns>True when the response is complete.</returns>
    public async Task<bool> TryRedirect(HttpContext context, Visit visit, string mode)
    {
        if (!visit.Tenant.SilentLogin)
        {
            return false;
        }

        var responsibility = ResponsibilityRules.Of(visit.Tenant, ResponsibleHost(visit, mode));
        var session = (await sessions.Of(context, visit.Tenant)).FirstOrDefault(
            session => session.Claims.Responsibility == responsibility
                && (mode != LoginModes.Interceptor || session.Claims.Mode == LoginModes.Interceptor));
        if (session is null || !RedirectBrake.Release(context, visit, clock.GetUtcNow()))
        {
            return false;
        }

        SeeOther.Write(context, visit.Target);
        return true;
    }

    /// <summary>The host a session answers for where a tenant asks for a login per host (contract http.md §2.2).</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="mode">The login's mode.</param>
    public static string ResponsibleHost(Visit visit, string mode) =>
        mode == LoginModes.Interceptor ? visit.Target.Host ?? visit.Request.Host : visit.Request.Host;
}
