using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// <c>/authorize</c> (RFC 6749 §3.1): client and address first, then the rest of the request, then the person (design §4). Errors the client may
/// hear travel to it by redirect; all others stay with the person.
/// </summary>
internal sealed class AuthorizeEndpoint(Visits visits, BrowserSessions sessions, LoginPage page, CodeIssue codes, AuthorizationAnswer answers, ErrorPage errors)
{
    /// <summary>The path of the authorization endpoint.</summary>
    public const string Path = "/authorize";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        if (!visits.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var (form, malformed) = OAuthForm.ReadQuery(context.Request);
        if (malformed is not null)
        {
            await errors.Write(context, null, malformed.Status, malformed.Reason, malformed.Description);
            return;
        }

        if (visits.Request(context) is not { } request || ReturnTargetRules.Parse($"{Path}{context.Request.QueryString.Value}") is not { } target)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        var snapshot = visits.Catalog;
        if (!Guid.TryParseExact(form[OAuthParameters.ClientId], "D", out var ident) || snapshot.ClientByIdent(ident) is not { } client)
        {
            var reason = form[OAuthParameters.ResponseType] is null && form[OAuthParameters.ClientId] is null ? "No String was found at 'response_type'" : Reasons.LoginNoClient;
            await errors.Write(context, null, StatusCodes.Status400BadRequest, reason);
            return;
        }

        if (visits.Named(request, client.TenantName, target) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status403Forbidden, Reasons.TenantMismatch);
            return;
        }

        switch (RequestReader.Read(client, name => form[name], [.. form.All(OAuthParameters.Resource)]))
        {
            case RequestReading.Unusable(var error):
                await errors.Write(context, visit.Tenant, error.Status, error.Reason, error.Description);
                break;
            case RequestReading.Faulty faulty:
                await answers.Refuse(context, visit, faulty);
                break;
            case RequestReading.Ready(var asked):
                await Decide(context, visit, new Asking(client, asked));
                break;
        }
    }

    private async Task Decide(HttpContext context, Visit visit, Asking asking)
    {
        foreach (var session in await sessions.Of(context, visit.Tenant))
        {
            if (await codes.Issue(context, visit, asking, session))
            {
                return;
            }
        }

        await page.Ask(context, visit, asking.Request.LoginHint);
    }
}
