using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>
/// <c>/account</c>: a person sees where they are logged in, ends one session or all of them, and takes an application's lasting access away (OWASP ASVS 7.5.2). Only
/// for a living login cookie; what changes something needs the page's ticket, sealed for this session and browser, from our own page (attack group 39).
/// </summary>
internal sealed partial class AccountEndpoint(
    Visits visits, Tickets tickets, BrowserSessions browser, AccountSessions account, Farewell farewell, PageRenderer pages, ErrorPage errors, AuditLog audit, TimeProvider clock,
    ILogger<AccountEndpoint> logger)
{
    /// <summary>The path of the page and of its form.</summary>
    public const string Path = "/account";

    /// <summary>Query key: what was done just now, for the page to say so.</summary>
    private const string Done = "done";

    private const string EndField = "end";
    private const string RevokeField = "revoke";
    private const string EverywhereField = "everywhere";

    /// <summary>Shows the page, or leads to the login and back.</summary>
    /// <param name="context">The request.</param>
    public async Task Show(HttpContext context)
    {
        if (await Ready(context) is var (visit, live))
        {
            await Guarded(context, visit, () => Show(context, visit, live, StatusCodes.Status200OK, null));
        }
    }

    /// <summary>Ends what the form names.</summary>
    /// <param name="context">The request.</param>
    public async Task Change(HttpContext context)
    {
        if (await Ready(context) is not var (visit, live))
        {
            return;
        }

        var (form, error) = await OAuthForm.ReadBody(context);
        var isOurs = error is null
            && !LoginSubmitEndpoint.IsForeign(context, visit.Request.Host)
            && tickets.Open(TicketPurpose.Account, form[FieldNames.Ticket], BrowserId.Held(context.Request, visit.Secure)) is TicketVerdict.Good(var about)
            && about.Tenant == visit.Tenant.Name
            && about.Target == live.Claims.Sid;
        await Guarded(context, visit, () => isOurs
            ? Obey(context, visit, live, form)
            : Show(context, visit, live, StatusCodes.Status403Forbidden, Reasons.AccountFormExpired));
    }

    private async Task Obey(HttpContext context, Visit visit, LiveSession live, OAuthForm form)
    {
        if (form[EverywhereField] is not null)
        {
            await SignOut(context, visit, live);
        }
        else if (form[EndField] is { } session)
        {
            await End(context, visit, live, session);
        }
        else if (form[RevokeField] is { } application)
        {
            await Revoke(context, visit, live, application);
        }
        else
        {
            await Show(context, visit, live, StatusCodes.Status400BadRequest, Reasons.AccountFormExpired);
        }
    }

    private async Task End(HttpContext context, Visit visit, LiveSession live, string handle)
    {
        var sid = AccountSessions.Named((await account.Of(visit, live, context.RequestAborted)).Sessions.Select(static session => session.Sid), handle);
        if (sid == live.Claims.Sid)
        {
            await farewell.Say(context, visit, null);
            return;
        }

        // One that is not there any more has ended, which is what the person wants.
        if (sid is not null && await account.Subject(visit).End(live.Claims.Subject, sid, SessionEnd.EndedByPerson, context.RequestAborted))
        {
            audit.SessionEnded(visit.Tenant.Name, live.Claims.Subject, sid, AuditLog.ByPerson, visit.Request.Client);
        }

        SeeOther.Write(context, $"{Path}?{Done}=session");
    }

    private async Task Revoke(HttpContext context, Visit visit, LiveSession live, string handle)
    {
        var grants = (await account.Of(visit, live, context.RequestAborted)).Grants;
        if (AccountSessions.Named(grants.Select(static grant => grant.Id), handle) is { } id && await account.Subject(visit).Revoke(live.Claims.Subject, id, context.RequestAborted))
        {
            audit.GrantEnded(visit.Tenant.Name, live.Claims.Subject, grants.First(grant => grant.Id == id).Client, AuditLog.ByPerson, visit.Request.Client);
        }

        SeeOther.Write(context, $"{Path}?{Done}=application");
    }

    private async Task SignOut(HttpContext context, Visit visit, LiveSession live)
    {
        var done = await account.Subject(visit).SignOut(live.Claims.Subject, context.RequestAborted);
        audit.SignedOutEverywhere(visit.Tenant.Name, live.Claims.Subject, done.Sessions, done.Grants, AuditLog.ByPerson, visit.Request.Client);

        // The cookies of this browser go as after any logout; their sessions have ended already.
        await farewell.Say(context, visit, null);
    }

    private async Task Show(HttpContext context, Visit visit, LiveSession live, int status, string? error)
    {
        var view = await account.Of(visit, live, context.RequestAborted);
        var now = clock.GetUtcNow();
        var about = new SealedTarget { Tenant = visit.Tenant.Name, Target = live.Claims.Sid, Mode = LoginModes.OAuth, Issued = now };
        await pages.Write(context, PageName.Account, visit.Tenant, status, new PageModel
        {
            Error = error,
            UserName = live.Claims.User,
            Account = AccountSessions.CardOf(visit, live, view),
            Result = HttpMethods.IsGet(context.Request.Method) && context.Request.Query[Done] is [("session" or "application") and { } done] ? done : null,
            Ticket = tickets.Seal(TicketPurpose.Account, about, BrowserId.Ensure(context, visit.Secure, now)),
        });
    }

    /// <summary>Whose page it is, and who looks; null when the request has been answered already.</summary>
    private async Task<(Visit Visit, LiveSession Live)?> Ready(HttpContext context)
    {
        if (!visits.IsReady || !tickets.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return null;
        }

        var request = visits.Request(context);
        var visit = request is null
            ? null
            : visits.Choose(request, ReturnTarget.Root) ?? await browser.VisitBySession(context, visits, request, ReturnTarget.Root);
        if (visit is null)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return null;
        }

        if (!await browser.CanTell(context, visit.Tenant))
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return null;
        }

        var responsibility = ResponsibilityRules.Of(visit.Tenant, visit.Request.Host);
        if ((await browser.Of(context, visit.Tenant)).FirstOrDefault(session => session.Claims.Responsibility == responsibility) is { } live)
        {
            return (visit, live);
        }

        SeeOther.Write(context, $"{LoginEndpoint.Path}?{FieldNames.For}={Uri.EscapeDataString(visit.ServiceUrl + Path)}");
        return null;
    }

    private async Task Guarded(HttpContext context, Visit visit, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Whatever a grain throws: what could not be ended is still there, and the person is told to try again.
            LogUnreachable(logger, visit.Tenant.Name, failure);
            await errors.Write(context, visit.Tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The account page of tenant {Tenant} met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);
}
