using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary><c>GET /login</c>: sends a person who is logged in on their way, and shows everybody else the form.</summary>
internal sealed class LoginEndpoint(Visits visits, Tickets tickets, SilentLogin silent, LoginPage page, ErrorPage errors)
{
    /// <summary>The path of the login page.</summary>
    public const string Path = "/login";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        if (!visits.IsReady || !tickets.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        if (visits.Request(context) is not { } request)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        var query = context.Request.QueryString.Value;
        var asked = RawQuery.Last(query, FieldNames.For);
        var target = string.IsNullOrEmpty(asked)
            ? ReturnTarget.StartPage(request.Authority, request.Host)
            : ReturnTargetRules.ParseEncoded(asked);
        if (target is null)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.RedirectNotUrl);
            return;
        }

        if (visits.Choose(request, target) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        if (visit.Protection == CookieProtection.Refused)
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status400BadRequest, Reasons.LoginInsecureConnection);
            return;
        }

        // The query says what the login is for; a proxy's header only speaks where it is silent, so it turns no client's login into one for a proxy.
        var mode = LoginModes.Parse(RawQuery.Last(query, FieldNames.Mode) ?? request.Mode);
        switch (await silent.TryRedirect(context, visit, mode))
        {
            case SilentVerdict.ShowForm:
                await page.Show(context, visit, mode);
                break;
            case SilentVerdict.TooWeak:
                await page.Show(context, visit, mode, Reasons.LoginStrongerNeeded);
                break;
            case SilentVerdict.UserInvalid:
                await page.ShowAgain(context, visit, mode, StatusCodes.Status403Forbidden, Reasons.Invalidate);
                break;
        }
    }
}
