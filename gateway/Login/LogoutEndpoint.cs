using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// <c>GET /logout</c> shows the goodbye page; <c>POST /logout</c> and <c>GET /logout/finalize</c> log out: the session ends on every gateway,
/// then the cookie goes, on every domain it may have been set for.
/// </summary>
internal sealed class LogoutEndpoint(Visits visits, LogoutVisit finder, LogoutPage page, Farewell farewell, EndSessionEndpoint standard, ErrorPage errors)
{
    /// <summary>The path of the goodbye page.</summary>
    public const string Path = "/logout";

    /// <summary>The path that logs out.</summary>
    public const string FinalPath = "/logout/finalize";

    /// <summary>Shows the goodbye page.</summary>
    /// <param name="context">The request.</param>
    public async Task Show(HttpContext context)
    {
        if (visits.IsReady && OAuthForm.ReadQuery(context.Request) is var reading && standard.IsMeant(reading.Form))
        {
            await standard.Answer(context, reading);
            return;
        }

        var raw = RawQuery.Last(context.Request.QueryString.Value, FieldNames.PostLogoutRedirectUri);
        var wanted = ReturnTargetRules.ParseEncoded(raw) ?? ReturnTargetRules.Parse(context.Request.Headers.Referer is [{ } referer] ? referer : null);
        if (await Visit(context, wanted) is { } visit)
        {
            await page.Show(context, visit, LogoutRules.Judge(finder.AskOf(context, visit, hasTicket: false)) != LogoutVerdict.Proceed);
        }
    }

    /// <summary>Logs out.</summary>
    /// <param name="context">The request.</param>
    public async Task Finish(HttpContext context)
    {
        var form = HttpMethods.IsPost(context.Request.Method) ? await LoginForm.Read(context) : LoginForm.Empty;
        if (visits.IsReady && await IsForTheStandard(context, form))
        {
            return;
        }

        var query = context.Request.QueryString.Value;
        var wanted = ReturnTargetRules.ParseEncoded(RawQuery.Last(query, FieldNames.Location)) ?? ReturnTargetRules.Parse(form.Location);
        var ticket = form.Ticket ?? RawQuery.Last(query, FieldNames.Ticket);
        if (await Visit(context, wanted) is not { } visit)
        {
            return;
        }

        switch (LogoutRules.Judge(finder.AskOf(context, visit, page.IsGood(context, visit, ticket))))
        {
            case LogoutVerdict.Proceed:
                await farewell.Say(context, visit);
                break;
            case LogoutVerdict.Ask:
                await page.Show(context, visit, confirm: true);
                break;
            default:
                await errors.Write(context, visit.Tenant, StatusCodes.Status403Forbidden, Reasons.NotAcceptableRequest);
                break;
        }
    }

    /// <summary>Answers a client's posted request, and the button of the question it led to.</summary>
    private async Task<bool> IsForTheStandard(HttpContext context, LoginForm form)
    {
        if (form.Ticket is { } ticket)
        {
            return await standard.Confirmed(context, ticket);
        }

        if (!HttpMethods.IsPost(context.Request.Method) || form.Location is not null || standard.Posted(context) is not { } posted)
        {
            return false;
        }

        await standard.AskAgain(context, posted);
        return true;
    }

    /// <summary>The visit; null when the request has been answered already.</summary>
    private async Task<Visit?> Visit(HttpContext context, ReturnTarget? wanted)
    {
        if (!visits.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return null;
        }

        if (visits.Request(context) is { } request && await finder.Find(context, request, wanted) is { } visit)
        {
            return visit;
        }

        await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
        return null;
    }
}
