using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>
/// <c>/activate</c> (RFC 8628 §3.3, contract http.md §7.2). <c>GET</c> shows a form and changes nothing, whoever is logged in (W37). The form leads to a question
/// that names the client; only its answer connects. Whoever posts code, name and password without a form of ours, as scripts of existing users do, has
/// proven who they are with the very request and is connected at once.
/// </summary>
internal sealed partial class ActivateEndpoint(DeviceWorkshop workshop, ActivatePage page, ErrorPage errors, ILogger<ActivateEndpoint> logger)
{
    /// <summary>The path of the page.</summary>
    public const string Path = "/activate";

    /// <summary>Field of the buttons of the question.</summary>
    internal const string AnswerField = "answer";

    /// <summary>The answer that connects.</summary>
    internal const string Yes = "allow";

    /// <summary>Shows the form, with the code of the query in it.</summary>
    /// <param name="context">The request.</param>
    public async Task Show(HttpContext context)
    {
        if (await Ready(context) is { } request)
        {
            await page.ShowForm(context, request, await FormFor(context, request, context.Request.Query[OAuthParameters.UserCode] is [.., { Length: > 0 and <= 64 } code] ? code : null));
        }
    }

    /// <summary>Takes the form or the answer.</summary>
    /// <param name="context">The request.</param>
    public async Task Submit(HttpContext context)
    {
        if (await Ready(context) is not { } request)
        {
            return;
        }

        var (form, error) = await OAuthForm.ReadBody(context);
        form = error is null ? form : OAuthForm.Of([]).Form;
        try
        {
            await (form[AnswerField] is { } answer ? Decide(context, request, form, answer == Yes) : Take(context, request, form));
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Whatever a grain throws, a storage's exceptions among them: nothing is connected.
            LogUnreachable(logger, failure);
            await Again(context, request, form, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
        }
    }

    private async Task Take(HttpContext context, BrowserRequest request, OAuthForm form)
    {
        var ticket = form[FieldNames.Ticket];
        if (LoginSubmitEndpoint.IsForeign(context, request.Host) || (ticket is not null && !page.IsGood(context, request, ticket)))
        {
            await Again(context, request, form, StatusCodes.Status403Forbidden, Reasons.LoginFormExpired);
        }
        else if (form[OAuthParameters.UserCode] is not { } typed)
        {
            await Again(context, request, form, StatusCodes.Status400BadRequest, Reasons.ActivateMissingCode);
        }
        else
        {
            switch (await workshop.Search.Find(context, request, typed))
            {
                case CodeOutcome.TooMany(var wait):
                    await Again(context, request, form, StatusCodes.Status429TooManyRequests, Reasons.LoginTooManyAttempts, wait);
                    break;
                case CodeOutcome.Found found when found.Device.Device.IsPending:
                    await Ask(context, found, form, isOneStep: ticket is null);
                    break;
                case CodeOutcome.Found:
                    await Again(context, request, form, StatusCodes.Status400BadRequest, Reasons.ActivateCodeAlreadyUsed);
                    break;
                default:
                    await Again(context, request, form, StatusCodes.Status400BadRequest, Reasons.ActivateInvalidCode);
                    break;
            }
        }
    }

    /// <summary>The code is right: who is it that typed it?</summary>
    private async Task Ask(HttpContext context, CodeOutcome.Found found, OAuthForm form, bool isOneStep)
    {
        var (device, keys) = found;
        if (form[FieldNames.Username] is { } userName && form[FieldNames.Password] is { } password)
        {
            switch (await workshop.Login.Run(context, device, keys, userName, password))
            {
                case DeviceLoginOutcome.LoggedIn(var session) when isOneStep:
                    await Answer(context, device, await workshop.Decision.Approve(device, session.Sid, context.RequestAborted), form, approved: true);
                    break;
                case DeviceLoginOutcome.LoggedIn(var session):
                    await page.Ask(context, device, session, isOwn: true);
                    break;
                case DeviceLoginOutcome.Refused(var status, var reason, var wait):
                    await Again(context, device.Visit.Request, form, status, reason, wait, needsLogin: true);
                    break;
            }
        }
        else if (await SessionOf(context, device.Visit) is { } session)
        {
            await page.Ask(context, device, session, isOwn: false);
        }
        else
        {
            await Again(context, device.Visit.Request, form, StatusCodes.Status400BadRequest, Reasons.ActivateCredentialsRequired, needsLogin: true);
        }
    }

    private async Task Decide(HttpContext context, BrowserRequest request, OAuthForm form, bool approved)
    {
        if (LoginSubmitEndpoint.IsForeign(context, request.Host)
            || page.Open(context, request, form[FieldNames.Ticket]) is not TicketVerdict.Good(var about)
            || DeviceTicket.Parse(about.Target) is not { } ticket
            || workshop.Visits.Named(request, about.Tenant, ReturnTarget.Root) is not { } visit)
        {
            await Again(context, request, form, StatusCodes.Status403Forbidden, Reasons.LoginFormExpired);
            return;
        }

        if (await workshop.Search.Look(visit, ticket.Device, ticket.UserCode, context.RequestAborted) is not { } device)
        {
            await Again(context, request, form, StatusCodes.Status400BadRequest, Reasons.ActivateInvalidCode);
            return;
        }

        var verdict = approved
            ? await workshop.Decision.Approve(device, ticket.Sid, context.RequestAborted)
            : await workshop.Decision.Deny(device, ticket, context.RequestAborted);
        await Answer(context, device, verdict, form, approved);
    }

    private Task Answer(HttpContext context, DeviceVisit device, DeviceVerdict verdict, OAuthForm form, bool approved) => verdict switch
    {
        DeviceVerdict.Done => page.ShowResult(context, device.Visit.Tenant, device.Client, approved),
        DeviceVerdict.SessionGone => Again(context, device.Visit.Request, form, StatusCodes.Status403Forbidden, Reasons.InvalidToken, needsLogin: true),
        _ => Again(context, device.Visit.Request, form, StatusCodes.Status400BadRequest, Reasons.ActivateCodeAlreadyUsed),
    };

    private async Task Again(HttpContext context, BrowserRequest request, OAuthForm form, int status, string reason, TimeSpan? retryAfter = null, bool needsLogin = false)
    {
        var shown = await FormFor(context, request, form[OAuthParameters.UserCode]);
        await page.ShowForm(context, request, shown with
        {
            Status = status,
            Error = reason,
            RetryAfter = retryAfter,
            NeedsLogin = shown.NeedsLogin || needsLogin,
            UserName = shown.NeedsLogin || needsLogin ? form[FieldNames.Username] : shown.UserName,
        });
    }

    /// <summary>The form as this person gets it: whoever is logged in at the tenant of the host need not do so again.</summary>
    private async Task<ActivateForm> FormFor(HttpContext context, BrowserRequest request, string? code)
    {
        var visit = await workshop.Sessions.VisitBySession(context, workshop.Visits, request, ReturnTarget.Root) ?? workshop.Visits.Choose(request, ReturnTarget.Root);
        return visit is { Tenant.SilentLogin: true } && await workshop.Sessions.Of(context, visit.Tenant) is [var session, ..]
            ? new ActivateForm(visit.Tenant, code) { NeedsLogin = false, UserName = session.Claims.User }
            : new ActivateForm(visit?.Tenant, code);
    }

    /// <summary>The session of the device's tenant in this browser; none where the tenant wants a login each time.</summary>
    private async Task<Session?> SessionOf(HttpContext context, Visit visit)
    {
        foreach (var live in visit.Tenant.SilentLogin ? await workshop.Sessions.Of(context, visit.Tenant) : [])
        {
            if (await workshop.Grains.GetGrain<ISessionGrain>(live.Claims.Sid).Look(visit.Tenant.Name, context.RequestAborted) is SessionOutcome.Alive(var session))
            {
                return session;
            }
        }

        return null;
    }

    /// <summary>The request; null when it has been answered already.</summary>
    private async Task<BrowserRequest?> Ready(HttpContext context)
    {
        if (!workshop.Visits.IsReady || !workshop.Tickets.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return null;
        }

        if (workshop.Visits.Request(context) is not { } request || !workshop.Tenants.IsKnown(request.Host))
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return null;
        }

        if (!workshop.Visits.MaySetCookies(request))
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.LoginInsecureConnection);
            return null;
        }

        return request;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A device's page met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, Exception failure);
}

/// <summary>What the page asks, in the order it asks.</summary>
/// <param name="Visits">Judges hosts.</param>
/// <param name="Tickets">Seals forms.</param>
/// <param name="Tenants">Tenants with devices.</param>
/// <param name="Sessions">Sessions of the browser.</param>
/// <param name="Search">Finds codes.</param>
/// <param name="Login">Logs people in.</param>
/// <param name="Decision">Tells the device.</param>
/// <param name="Grains">The cluster.</param>
internal sealed record DeviceWorkshop(
    Visits Visits, Tickets Tickets, DeviceTenants Tenants, BrowserSessions Sessions, UserCodeSearch Search, DeviceLogin Login, DeviceDecision Decision, IGrainFactory Grains);
