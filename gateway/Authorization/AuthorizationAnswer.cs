using System.Text;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Sends a person back to the client with an answer (RFC 6749 §4.1.2), always with <c>iss</c>, so that no client takes it for another server's (RFC 9207):
/// by 303, the address's own query kept and every value form-encoded, or by a form that the browser posts (OAuth 2.0 Form Post Response Mode).
/// </summary>
internal sealed class AuthorizationAnswer(PageRenderer pages, ServerSettings settings)
{
    /// <summary>Gives a code.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="request">The client's request.</param>
    /// <param name="code">The code.</param>
    public Task Give(HttpContext context, Visit visit, AuthorizationRequest request, string code) =>
        Write(context, visit, request.RedirectUri, request.ResponseMode, [(OAuthParameters.Code, code), (OAuthParameters.State, request.State)]);

    /// <summary>Refuses a request that was read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="request">The client's request.</param>
    /// <param name="error">What the client is told.</param>
    public Task Refuse(HttpContext context, Visit visit, AuthorizationRequest request, OAuthError error) =>
        Refuse(context, visit, new RequestReading.Faulty(error, request.RedirectUri, request.ResponseMode, request.State));

    /// <summary>Refuses a faulty request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="faulty">What is wrong, and where to say it.</param>
    public Task Refuse(HttpContext context, Visit visit, RequestReading.Faulty faulty)
    {
        // The person sees a page of the client, and the operator would see nothing.
        ClientRequest.Of(context).Refused(faulty.Error);
        return Write(
            context,
            visit,
            faulty.RedirectUri,
            faulty.ResponseMode,
            [(OAuthParameters.Error, faulty.Error.Error), (OAuthParameters.ErrorDescription, faulty.Error.Description), (OAuthParameters.State, faulty.State)]);
    }

    private Task Write(HttpContext context, Visit visit, string redirectUri, string mode, (string Name, string? Value)[] parameters)
    {
        (string Name, string? Value) issuer = (OAuthParameters.Issuer, IssuerRules.IssuerOf(visit.Tenant, settings.PublicDomain));
        KeyValuePair<string, string>[] answer =
            [.. parameters.Append(issuer).Where(static one => one.Value is not null).Select(static one => KeyValuePair.Create(one.Name, one.Value!))];
        return mode == ResponseModes.FormPost ? Post(context, visit, redirectUri, answer) : Redirect(context, redirectUri, answer);
    }

    private static Task Redirect(HttpContext context, string redirectUri, KeyValuePair<string, string>[] answer)
    {
        var location = new StringBuilder(redirectUri, redirectUri.Length + 256);
        var separator = redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in answer)
        {
            location.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        OAuthAnswer.NeverKeep(context);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = location.ToString();
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private Task Post(HttpContext context, Visit visit, string redirectUri, KeyValuePair<string, string>[] answer)
    {
        context.Response.Headers.Pragma = "no-cache";
        return pages.Write(context, PageName.FormPost, visit.Tenant, StatusCodes.Status200OK, new PageModel
        {
            FormAction = redirectUri,
            FormFields = [.. answer],
            FormTargets = [redirectUri],
        });
    }
}
