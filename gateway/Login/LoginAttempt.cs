using System.Globalization;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>One attempt to log in with a good form: counters, script, session, answer.</summary>
internal sealed partial class LoginAttempt(
    LoginCollaborators collaborators, LoginPage page, Metrics metrics, GatewayActivity activity, AuditLog audit, ILogger<LoginAttempt> logger)
{
    /// <summary>Runs the attempt and answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit, from the ticket.</param>
    /// <param name="mode">The login's mode, from the ticket.</param>
    /// <param name="userName">The name as typed.</param>
    /// <param name="password">The password as typed.</param>
    public async Task Run(HttpContext context, Visit visit, string mode, string userName, string password)
    {
        metrics.LoginAttempt(visit.Tenant.Name, mode, visit.Target.Host);
        try
        {
            if (await collaborators.Keys.Get(visit.Tenant, context.RequestAborted) is not { } keys)
            {
                await Unavailable(context, visit, mode, userName, StatusCodes.Status503ServiceUnavailable);
                return;
            }

            var outcome = await collaborators.Ask.Attempt(
                visit.Tenant.Name,
                keys,
                visit.Request.Client,
                collaborators.Devices.IdFor(context, visit, keys, userName),
                await CredentialsOf(context, visit, mode, userName, password),
                collaborators.Opening.TermsOf(context, visit, mode),
                context.RequestAborted);
            await Answer(context, visit, mode, userName, keys, outcome);
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Whatever a grain throws, a storage's exceptions among them: nobody is let in, and the form keeps its target.
            LogUnreachable(logger, visit.Tenant.Name, failure);
            await Unavailable(context, visit, mode, userName, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private async Task<LoginRequest> CredentialsOf(HttpContext context, Visit visit, string mode, string userName, string password)
    {
        var client = await collaborators.Clients.Of(visit, context.RequestAborted);
        var required = visit.RequirementOf(mode)?.AcrValues ?? [];
        return new LoginRequest
        {
            Username = userName,
            Password = password,
            GrantType = GrantTypes.OfMode(mode),
            AcrValues = client is null ? required : [.. required.Union(client.AcrValues, StringComparer.Ordinal)],
        };
    }

    private async Task Answer(HttpContext context, Visit visit, string mode, string userName, TenantKeys keys, AttemptOutcome outcome)
    {
        switch (outcome)
        {
            case AttemptOutcome.LoggedIn(var session):
                await Welcome(context, visit, mode, userName, session, keys);
                break;
            case AttemptOutcome.Denied:
                Refused(visit, mode, userName, Reasons.LoginWrongCredentials);
                activity.Denied(visit.Tenant.Name, ClientTarget.IdentOf(visit));
                await page.ShowAgain(context, visit, mode, StatusCodes.Status403Forbidden, Reasons.LoginWrongCredentials, userName);
                break;
            case AttemptOutcome.TooWeak:
                Refused(visit, mode, userName, Reasons.LoginTooWeak);
                activity.Denied(visit.Tenant.Name, ClientTarget.IdentOf(visit));
                await page.ShowAgain(context, visit, mode, StatusCodes.Status403Forbidden, Reasons.LoginTooWeak, userName);
                break;
            case AttemptOutcome.Throttled throttled:
                await TooMany(context, visit, mode, userName, throttled);
                break;
            case AttemptOutcome.Failed(var failure):
                await Unavailable(context, visit, mode, userName, failure == ScriptFailure.TimedOut
                    ? StatusCodes.Status504GatewayTimeout
                    : StatusCodes.Status503ServiceUnavailable);
                break;
            default:
                throw new InvalidOperationException("An outcome of a login nobody knows.");
        }
    }

    private async Task Welcome(HttpContext context, Visit visit, string mode, string userName, Session session, TenantKeys keys)
    {
        if (!await collaborators.Opening.TryHandOver(context, visit, mode, session, keys))
        {
            await Unavailable(context, visit, mode, userName, StatusCodes.Status503ServiceUnavailable);
            return;
        }

        collaborators.Devices.Remember(context, visit, keys, userName);
        metrics.LoginSuccess(visit.Tenant.Name, mode, visit.Target.Host);
        audit.LoginSucceeded(visit.Tenant.Name, ClientTarget.NameOf(visit), session.Subject, visit.Request.Client, session.Sid);
        SeeOther.Write(context, ClientTarget.IsRequest(visit) ? visit.Target with { Text = collaborators.LoginIds.Append(visit, session.Sid) } : visit.Target);
    }

    private async Task TooMany(HttpContext context, Visit visit, string mode, string userName, AttemptOutcome.Throttled throttled)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(throttled.RetryAfter.TotalSeconds));
        metrics.LoginFailure(visit.Tenant.Name, mode, visit.Target.Host);
        metrics.LoginThrottled(visit.Tenant.Name, throttled.ByNetwork);
        activity.Denied(visit.Tenant.Name, ClientTarget.IdentOf(visit));
        audit.LockedOut(visit.Tenant.Name, ClientTarget.NameOf(visit), userName, visit.Request.Client, throttled.RetryAfter);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await page.ShowAgain(
            context, visit, mode, StatusCodes.Status429TooManyRequests, Reasons.LoginTooManyAttempts, userName, (int)Math.Min(int.MaxValue, (seconds + 59) / 60));
    }

    private async Task Unavailable(HttpContext context, Visit visit, string mode, string userName, int status)
    {
        Refused(visit, mode, userName, Reasons.ServiceUnavailable);
        await page.ShowAgain(context, visit, mode, status, Reasons.ServiceUnavailable, userName);
    }

    private void Refused(Visit visit, string mode, string userName, string reason)
    {
        metrics.LoginFailure(visit.Tenant.Name, mode, visit.Target.Host);
        audit.LoginFailed(visit.Tenant.Name, ClientTarget.NameOf(visit), userName, visit.Request.Client, reason);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A login of tenant {Tenant} met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);
}

/// <summary>What an attempt asks, in the order it asks.</summary>
/// <param name="Keys">Keys of tenants.</param>
/// <param name="Devices">Browsers that logged in before.</param>
/// <param name="Ask">Puts attempts to the cluster.</param>
/// <param name="Opening">Hands sessions over.</param>
/// <param name="LoginIds">Proves logins to the authorization endpoint.</param>
/// <param name="Clients">Knows for which client a login is.</param>
internal sealed record LoginCollaborators(
    KeyMirror Keys, KnownDevices Devices, LoginAsk Ask, SessionOpening Opening, LoginIds LoginIds, ClientTargets Clients);
