using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>
/// A login for the sake of a device: same counters as everywhere, the script is told <c>device_code</c>, and no cookie is set (contract http.md §7.2). The
/// session behind it opens no page; what the device gets ends with it.
/// </summary>
internal sealed class DeviceLogin(LoginCollaborators collaborators, Metrics metrics, GatewayActivity activity, AuditLog audit)
{
    /// <summary>Runs one attempt.</summary>
    /// <param name="context">The request.</param>
    /// <param name="device">The device.</param>
    /// <param name="keys">Its tenant's keys.</param>
    /// <param name="userName">The name as typed.</param>
    /// <param name="password">The password as typed.</param>
    public async Task<DeviceLoginOutcome> Run(HttpContext context, DeviceVisit device, TenantKeys keys, string userName, string password)
    {
        var visit = device.Visit;
        var outcome = await collaborators.Ask.Attempt(
            visit.Tenant.Name,
            keys,
            visit.Request.Client,
            collaborators.Devices.IdFor(context, visit, keys, userName),
            new LoginRequest { Username = userName, Password = password, GrantType = GrantTypes.DeviceCode },
            TermsOf(visit),
            context.RequestAborted);
        return outcome switch
        {
            AttemptOutcome.LoggedIn(var session) => Welcome(device, session),
            AttemptOutcome.Denied => Deny(device, userName),
            AttemptOutcome.Throttled throttled => TooMany(device, userName, throttled),
            AttemptOutcome.Failed(var failure) => Refuse(
                device, userName, failure == ScriptFailure.TimedOut ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable),
            _ => throw new InvalidOperationException("An outcome of a login nobody knows."),
        };
    }

    private static SessionTerms TermsOf(Visit visit) => new()
    {
        Mode = LoginModes.OAuth,
        Responsibility = ResponsibilityRules.Of(visit.Tenant, visit.Request.Host),
        // As long as the question may stand open; what the device is given prolongs it.
        CookieLife = Tickets.Life,
        IdleLimit = visit.Tenant.Sessions.IdleLimit,
        AbsoluteLimit = visit.Tenant.Sessions.AbsoluteLimit,
        HasNoCookie = true,
    };

    private DeviceLoginOutcome.LoggedIn Welcome(DeviceVisit device, Session session)
    {
        metrics.DeviceLogin(device.Visit.Tenant.Name, succeeded: true);
        audit.LoginSucceeded(device.Visit.Tenant.Name, device.Client.Name, session.Subject, device.Visit.Request.Client, session.Sid);
        return new DeviceLoginOutcome.LoggedIn(session);
    }

    private DeviceLoginOutcome.Refused TooMany(DeviceVisit device, string userName, AttemptOutcome.Throttled throttled)
    {
        var visit = device.Visit;
        metrics.DeviceLogin(visit.Tenant.Name, succeeded: false);
        metrics.LoginThrottled(visit.Tenant.Name, throttled.ByNetwork);
        activity.Denied(visit.Tenant.Name, device.Client.Ident);
        audit.LockedOut(visit.Tenant.Name, device.Client.Name, userName, visit.Request.Client, throttled.RetryAfter);
        return new DeviceLoginOutcome.Refused(StatusCodes.Status429TooManyRequests, Reasons.LoginTooManyAttempts, throttled.RetryAfter);
    }

    private DeviceLoginOutcome.Refused Deny(DeviceVisit device, string userName)
    {
        activity.Denied(device.Visit.Tenant.Name, device.Client.Ident);
        return Refuse(device, userName, StatusCodes.Status403Forbidden, Reasons.LoginWrongCredentials);
    }

    private DeviceLoginOutcome.Refused Refuse(DeviceVisit device, string userName, int status, string reason)
    {
        metrics.DeviceLogin(device.Visit.Tenant.Name, succeeded: false);
        audit.LoginFailed(device.Visit.Tenant.Name, device.Client.Name, userName, device.Visit.Request.Client, reason);
        return new DeviceLoginOutcome.Refused(status, reason, null);
    }
}

/// <summary>What became of a login for a device.</summary>
internal abstract record DeviceLoginOutcome
{
    private DeviceLoginOutcome()
    {
    }

    /// <summary>It succeeded.</summary>
    /// <param name="Session">The session.</param>
    public sealed record LoggedIn(Session Session) : DeviceLoginOutcome;

    /// <summary>It did not.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Reason">Reason of the catalogue.</param>
    /// <param name="RetryAfter">When the next attempt is looked at, or null.</param>
    public sealed record Refused(int Status, string Reason, TimeSpan? RetryAfter) : DeviceLoginOutcome;
}
