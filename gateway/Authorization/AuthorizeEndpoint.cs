using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// <c>/authorize</c> (RFC 6749 §3.1, OpenID Connect Core §3.1.2.1): client and address first, then the rest of the request, then the person (design
/// §4). Errors the client may hear travel to it by redirect; all others stay with the person.
/// </summary>
internal sealed class AuthorizeEndpoint(Visits visits, AuthorizationSession person, AuthorizationAnswer answers, ErrorPage errors)
{
    /// <summary>The path of the authorization endpoint.</summary>
    public const string Path = "/authorize";

    /// <summary>Answers <c>GET</c>.</summary>
    /// <param name="context">The request.</param>
    public Task AnswerGet(HttpContext context) => Answer(context, OAuthForm.ReadQuery(context.Request), $"{Path}{context.Request.QueryString.Value}");

    /// <summary>Answers <c>POST</c>: the same parameters in a form (OpenID Connect Core §3.1.2.1). From the login page on the request is a query.</summary>
    /// <param name="context">The request.</param>
    public async Task AnswerPost(HttpContext context)
    {
        var reading = await OAuthForm.ReadBody(context);
        await Answer(context, reading, $"{Path}{QueryString.Create(reading.Form.Pairs.Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))}");
    }

    private async Task Answer(HttpContext context, FormReading reading, string address)
    {
        if (!visits.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        if (reading.Error is { } malformed)
        {
            await Show(context, null, malformed);
            return;
        }

        if (visits.Request(context) is not { } request || ReturnTargetRules.Parse(address) is not { } target)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        var form = reading.Form;
        if (!Guid.TryParseExact(form[OAuthParameters.ClientId], "D", out var ident) || visits.Catalog.ClientByIdent(ident) is not { } client)
        {
            var isEmpty = form[OAuthParameters.ResponseType] is null && form[OAuthParameters.ClientId] is null;
            await errors.Write(context, null, StatusCodes.Status400BadRequest, isEmpty ? "No String was found at 'response_type'" : Reasons.LoginNoClient);
            return;
        }

        if (visits.Named(request, client.TenantName, target) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status403Forbidden, Reasons.TenantMismatch);
            return;
        }

        await Answer(context, visit, client, form);
    }

    private async Task Answer(HttpContext context, Visit visit, Client client, OAuthForm form)
    {
        switch (RequestReader.Read(client, name => form[name], [.. form.All(OAuthParameters.Resource)]))
        {
            case RequestReading.Unusable(var error):
                await Show(context, visit.Tenant, error);
                break;
            case RequestReading.Faulty faulty:
                await answers.Refuse(context, visit, faulty);
                break;
            case RequestReading.Ready(var asked):
                if (visit.Protection == CookieProtection.Refused)
                {
                    await errors.Write(context, visit.Tenant, StatusCodes.Status400BadRequest, Reasons.LoginInsecureConnection);
                    break;
                }

                await person.Decide(context, visit, new Asking(client, asked));
                break;
        }
    }

    private Task Show(HttpContext context, Tenant? tenant, OAuthError error) => errors.Write(context, tenant, error.Status, error.Reason, error.Description);
}
