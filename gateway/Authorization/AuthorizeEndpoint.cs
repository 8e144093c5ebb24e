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
internal sealed partial class AuthorizeEndpoint(
    Visits visits, PushedRequests pushed, AuthorizationSession person, AuthorizationAnswer answers, ErrorPage errors, ILogger<AuthorizeEndpoint> logger)
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
        var address = $"{Path}{QueryString.Create(reading.Form.Pairs.Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))}";
        if (reading.Error is null && context.Request.Headers[FetchMetadataNames.Site] is ["cross-site"] && ReturnTargetRules.Parse(address) is { } target)
        {
            // A browser posts to another site without our cookie (SameSite=Lax): asked again by GET it sends the cookie, and nobody logs in twice.
            SeeOther.Write(context, target);
            return;
        }

        await Answer(context, reading, address);
    }

    /// <summary>Answers a request however it arrived.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reading">Its parameters.</param>
    /// <param name="address">Path and query that ask the same.</param>
    internal async Task Answer(HttpContext context, FormReading reading, string address)
    {
        if (!visits.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        // A parameter that stands there twice is the client's to hear (RFC 6749 §4.1.2.1); which client, and where, the others say.
        if (reading.Error is { } malformed && !reading.Form.HasRepeated)
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
        if (!ClientIdRules.TryRead(form.Sole(OAuthParameters.ClientId), out var ident) || visits.Catalog.ClientByIdent(ident) is not { } client)
        {
            if (reading.Error is { } unclear)
            {
                await Show(context, null, unclear);
                return;
            }

            var isEmpty = form[OAuthParameters.ResponseType] is null && form[OAuthParameters.ClientId] is null;
            await errors.Write(context, null, StatusCodes.Status400BadRequest, isEmpty ? "No String was found at 'response_type'" : Reasons.LoginNoClient);
            return;
        }

        if (visits.Named(request, client.TenantName, target) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status403Forbidden, Reasons.TenantMismatch);
            return;
        }

        ClientRequest.Of(context).Client = client;
        if (reading.Error is null && PushedRequestUri.IsOne(form[OAuthParameters.RequestUri]))
        {
            await AnswerPushed(context, visit, client, form);
            return;
        }

        await Answer(context, visit, client, form.Sole, form, null, reading.Error);
    }

    /// <summary>By reference: only what was pushed counts, and of the query the client's id (RFC 9126 §4).</summary>
    private async Task AnswerPushed(HttpContext context, Visit visit, Client client, OAuthForm query)
    {
        var key = PushedRequestUri.KeyOf(query[OAuthParameters.RequestUri]);
        OAuthForm? form;
        try
        {
            form = key is null ? null : await pushed.Look(key, client, context.RequestAborted);
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogUnreachable(logger, visit.Tenant.Name, failure);
            await Show(context, visit.Tenant, OAuthError.Unavailable());
            return;
        }

        await (form is null
            ? Show(context, visit.Tenant, PushedRequests.Gone())
            : Answer(context, visit, client, name => form[name] ?? (name == OAuthParameters.ClientId ? query[name] : null), form, key, null));
    }

    private async Task Answer(HttpContext context, Visit visit, Client client, Func<string, string?> value, OAuthForm form, string? pushedKey, OAuthError? malformed)
    {
        PageLocales.Wish(context, value(OAuthParameters.UiLocales));
        switch (RequestReader.Read(client, value, [.. form.All(OAuthParameters.Resource)], pushedKey is not null, malformed))
        {
            case RequestReading.Unusable(var error):
                await Show(context, visit.Tenant, malformed ?? error);
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

                await person.Decide(context, visit, new Asking(client, asked, pushedKey));
                break;
        }
    }

    private Task Show(HttpContext context, Tenant? tenant, OAuthError error)
    {
        ClientRequest.Of(context).Refused(error);
        return errors.WriteTold(context, tenant, error.Status, error.Reason, error.Description);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A pushed request of tenant {Tenant} met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);
}
