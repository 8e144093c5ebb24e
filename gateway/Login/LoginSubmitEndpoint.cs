using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// <c>POST /login</c>, up to the question to the script: reads the form, opens its ticket, and shows a fresh form to whoever comes without
/// a good one. Tenant, mode and target of a login are those sealed in the ticket; what the open fields say only helps to show the form again.
/// </summary>
internal sealed class LoginSubmitEndpoint(Visits visits, Tickets tickets, LoginPage page, LoginAttempt attempt, ErrorPage errors)
{
    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        if (!visits.IsReady || !tickets.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var form = await LoginForm.Read(context);
        if (visits.Request(context) is not { } request)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        if (form.Location is null)
        {
            await AnswerUnreadable(context, request);
            return;
        }

        if (ReturnTargetRules.Parse(form.Location) is not { } target)
        {
            await errors.Write(context, null, StatusCodes.Status412PreconditionFailed, Reasons.LoginMissingLocation);
            return;
        }

        var ticket = tickets.Open(TicketPurpose.Login, form.Ticket, BrowserId.Held(context.Request, visits.IsSecure(request)));
        var visit = VisitOf(request, ticket, target);
        if (visit is null)
        {
            await AnswerHomeless(context, request, target);
            return;
        }

        await Continue(context, form, ticket, visit);
    }

    private async Task Continue(HttpContext context, LoginForm form, TicketVerdict ticket, Visit visit)
    {
        var mode = ticket is TicketVerdict.Good(var good) ? good.Mode : LoginModes.Parse(form.Mode);
        if (form.Username is null || form.Password is null)
        {
            await page.ShowAgain(context, visit, mode, StatusCodes.Status400BadRequest, Reasons.LoginFormNotParseable, form.Username);
        }
        else if (visit.Protection == CookieProtection.Refused)
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status400BadRequest, Reasons.LoginInsecureConnection);
        }
        else if (ticket is not TicketVerdict.Good || IsForeign(context, visit.Request.Host))
        {
            await page.ShowAgain(context, visit, mode, StatusCodes.Status403Forbidden, Reasons.LoginFormExpired, form.Username);
        }
        else
        {
            await attempt.Run(context, visit, mode, form.Username, form.Password);
        }
    }

    /// <summary>The sealed tenant and target of any ticket of ours are true; without one the open field must be allowed by itself.</summary>
    private Visit? VisitOf(BrowserRequest request, TicketVerdict ticket, ReturnTarget shown)
    {
        var known = ticket switch
        {
            TicketVerdict.Good(var good) => good,
            TicketVerdict.Spoiled(var spoiled) => spoiled,
            _ => null,
        };
        return known is not null && ReturnTargetRules.Parse(known.Target) is { } target && visits.Named(request, known.Tenant, target) is { } visit
            ? visit
            : visits.Choose(request, shown);
    }

    /// <summary>Our forms post to their own origin; a browser that says the form stood elsewhere is believed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="ownHost">Normalised host of the request.</param>
    internal static bool IsForeign(HttpContext context, string ownHost)
    {
        var headers = context.Request.Headers;
        return (headers[FetchMetadataNames.Site] is [{ } site] && site is not ("same-origin" or "none"))
            || (headers.Origin is [{ } origin] && origin != "null" && SourceHost.Of(origin) != ownHost);
    }

    private Task AnswerUnreadable(HttpContext context, BrowserRequest request) =>
        visits.Choose(request, ReturnTarget.StartPage(request.Authority, request.Host)) is { Protection: not CookieProtection.Refused } visit
            ? page.ShowAgain(context, visit, LoginModes.OAuth, StatusCodes.Status400BadRequest, Reasons.LoginFormNotParseable)
            : errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.LoginFormNotParseable);

    private Task AnswerHomeless(HttpContext context, BrowserRequest request, ReturnTarget target) =>
        visits.Choose(request, ReturnTarget.Root) is { } home && target.Host is not null
            ? errors.Write(context, home.Tenant, StatusCodes.Status403Forbidden, Reasons.RedirectMismatch)
            : errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.MissingTenant);
}
