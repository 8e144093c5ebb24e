using Microsoft.AspNetCore.Http.Features;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// <c>/logout</c> as <c>end_session_endpoint</c> (RP-Initiated Logout §2). A hint that belongs to this browser's session logs out at once; every
/// other request asks. Only an address the client registered is gone to, with its <c>state</c>; where there is none the person stays here.
/// </summary>
internal sealed class EndSessionEndpoint(
    Visits visits, LogoutVisit finder, BrowserSessions sessions, LogoutHint hints, LogoutPage page, Farewell farewell, ErrorPage errors)
{
    private const int LongestState = 2048;

    /// <summary>Whether a request speaks the standard's language; what only the contract knows is left to the goodbye page (http.md §9.3).</summary>
    /// <param name="form">The parameters.</param>
    public bool IsMeant(OAuthForm form) =>
        form[OAuthParameters.PostLogoutRedirectUri]?.StartsWith("//", StringComparison.Ordinal) != true
        && (form[OAuthParameters.IdTokenHint] is not null
            || form[OAuthParameters.State] is not null
            || form[OAuthParameters.LogoutHint] is not null
            || form[OAuthParameters.UiLocales] is not null
            || ClientOf(form[OAuthParameters.ClientId]) is { PostLogoutRedirectUrls.IsDefaultOrEmpty: false });

    /// <summary>
    /// The query of a posted request, or null when the body is none. It is asked again by GET: browsers send no cookie of ours with a form another site
    /// posts (<c>SameSite=Lax</c>), and without it nobody could tell whose session is meant.
    /// </summary>
    /// <param name="context">The request; its form has been read.</param>
    public FormReading? Posted(HttpContext context) =>
        context.Features.Get<IFormFeature>()?.Form is { } fields
        && OAuthForm.Of(fields.SelectMany(static field => field.Value.Select(value => (field.Key, value)))) is var reading
        && (reading.Error is not null || IsMeant(reading.Form))
            ? reading
            : null;

    /// <summary>Sends the browser to the same request by GET.</summary>
    /// <param name="context">The request.</param>
    /// <param name="posted">Its parameters.</param>
    public async Task AskAgain(HttpContext context, FormReading posted)
    {
        if (posted.Error is { } error)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NotAcceptableRequest, error.Description);
            return;
        }

        var query = QueryString.Create(posted.Form.Pairs.Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        SeeOther.Write(context, LogoutEndpoint.Path + query);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reading">Its parameters.</param>
    public async Task Answer(HttpContext context, FormReading reading)
    {
        var form = reading.Form;
        if (reading.Error is { } malformed)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NotAcceptableRequest, malformed.Description);
            return;
        }

        if (await Visit(context, form) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        PageLocales.Wish(context, form[OAuthParameters.UiLocales]);
        var (hint, canTell) = form[OAuthParameters.IdTokenHint] is { } token
            ? await hints.Open(visit.Tenant, token, context.RequestAborted)
            : new LogoutHintReading(null, CanTell: true);
        if (!canTell)
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
        }
        else if (hint is not null && form[OAuthParameters.ClientId] is { } named && !named.Equals(hint.Audience, StringComparison.OrdinalIgnoreCase))
        {
            // RP-Initiated Logout §2: the hint was given to another client.
            await errors.Write(context, visit.Tenant, StatusCodes.Status400BadRequest, Reasons.NotAcceptableRequest, "The client_id is not the audience of the id_token_hint.");
        }
        else
        {
            await Decide(context, visit, hint, ReturnTo(visit, form, hint));
        }
    }

    /// <summary>Logs out a person who has confirmed; false when the ticket is none of this endpoint.</summary>
    /// <param name="context">The request.</param>
    /// <param name="ticket">The form's ticket.</param>
    public async Task<bool> Confirmed(HttpContext context, string ticket)
    {
        if (visits.Request(context) is not { } request
            || page.Confirmed(context, visits.IsSecure(request), ticket) is not { } target
            || visits.Named(request, target.Tenant, ReturnTarget.Root) is not { } visit)
        {
            return false;
        }

        await farewell.Say(context, visit, target.Target.Length == 0 ? null : target.Target);
        return true;
    }

    private async Task Decide(HttpContext context, Visit visit, LogoutHintFacts? hint, string? returnTo)
    {
        if (!await sessions.CanTell(context, visit.Tenant))
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var live = (await sessions.Of(context, visit.Tenant)).Select(static session => new BrowserSession(session.Claims.Sid, session.Claims.Subject)).ToList();
        var browser = LogoutRules.Judge(finder.AskOf(context, visit, hasTicket: false));
        switch (EndSessionRules.Judge(browser, hint, live))
        {
            case LogoutVerdict.Proceed when HttpMethods.IsGet(context.Request.Method):
                await farewell.Say(context, visit, returnTo);
                break;
            case LogoutVerdict.Refuse:
                await errors.Write(context, visit.Tenant, StatusCodes.Status403Forbidden, Reasons.NotAcceptableRequest);
                break;
            default:
                await page.Ask(context, visit, returnTo);
                break;
        }
    }

    /// <summary>By the client, else by the client the hint claims, else by the browser's session and the host.</summary>
    private async ValueTask<Visit?> Visit(HttpContext context, OAuthForm form)
    {
        if (visits.Request(context) is not { } request)
        {
            return null;
        }

        var id = form[OAuthParameters.ClientId] ?? (form[OAuthParameters.IdTokenHint] is { } hint ? LogoutHint.ClaimedAudience(hint) : null);
        return ClientOf(id) is { } client && visits.Named(request, client.TenantName, ReturnTarget.Root) is { } byClient
            ? byClient
            : await finder.Find(context, request, null);
    }

    /// <summary>
    /// Where the person goes afterwards: an address the client registered, the client known by its hint or by its id. A hint that is none of ours
    /// leaves nothing that could be trusted.
    /// </summary>
    private string? ReturnTo(Visit visit, OAuthForm form, LogoutHintFacts? hint)
    {
        var isForged = hint is null && form[OAuthParameters.IdTokenHint] is not null;
        if (isForged
            || form[OAuthParameters.PostLogoutRedirectUri] is not { } address
            || ClientOf(hint?.Audience ?? form[OAuthParameters.ClientId]) is not { } client
            || client.TenantName != visit.Tenant.Name
            || !RedirectRules.IsRegistered(address, client.PostLogoutRedirectUrls))
        {
            return null;
        }

        return form[OAuthParameters.State] is { Length: <= LongestState } state
            ? $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{OAuthParameters.State}={Uri.EscapeDataString(state)}"
            : address;
    }

    private Client? ClientOf(string? id) => ClientIdRules.TryRead(id, out var ident) ? visits.Catalog.ClientByIdent(ident) : null;
}
