using System.Text;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Sends a person back to the client with an answer (RFC 6749 §4.1.2): 303, the address's own query kept, every value form-encoded, and always
/// with <c>iss</c>, so that no client takes it for another server's (RFC 9207).
/// </summary>
internal sealed class AuthorizationAnswer(ServerSettings settings)
{
    /// <summary>Gives a code.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="request">The client's request.</param>
    /// <param name="code">The code.</param>
    public Task Give(HttpContext context, Visit visit, AuthorizationRequest request, string code) =>
        Write(context, visit, request.RedirectUri, [(OAuthParameters.Code, code), (OAuthParameters.State, request.State)]);

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
    public Task Refuse(HttpContext context, Visit visit, RequestReading.Faulty faulty) => Write(
        context,
        visit,
        faulty.RedirectUri,
        [(OAuthParameters.Error, faulty.Error.Error), (OAuthParameters.ErrorDescription, faulty.Error.Description), (OAuthParameters.State, faulty.State)]);

    private Task Write(HttpContext context, Visit visit, string redirectUri, (string Name, string? Value)[] parameters)
    {
        var location = new StringBuilder(redirectUri, redirectUri.Length + 256);
        var separator = redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters.Append((OAuthParameters.Issuer, IssuerRules.IssuerOf(visit.Tenant, settings.PublicDomain))))
        {
            if (value is not null)
            {
                location.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        OAuthAnswer.NeverKeep(context);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = location.ToString();
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
