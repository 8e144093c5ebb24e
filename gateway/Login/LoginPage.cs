using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Shows the login form with a fresh ticket.</summary>
internal sealed class LoginPage(PageRenderer pages, Tickets tickets, ClientTargets clients, TimeProvider clock)
{
    /// <summary>Shows the form.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit; its target is sealed into the form.</param>
    /// <param name="mode">The login's mode.</param>
    /// <param name="reason">Reason of the catalogue that tells why a person with a login is asked; null where a login is what they expect.</param>
    public Task Show(HttpContext context, Visit visit, string mode, string? reason = null) =>
        Write(context, visit, mode, StatusCodes.Status200OK, new PageModel { Error = reason });

    /// <summary>Shows the form where a client asked for a login (contract http.md §5.3): 401 at the client's own address.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit; its target is the request for the code.</param>
    /// <param name="userName">The name the client suggests, or null.</param>
    /// <param name="reason">Reason of the catalogue that tells why the person is asked; null where a login is what they expect.</param>
    public Task Ask(HttpContext context, Visit visit, string? userName, string? reason = null) =>
        Write(context, visit, LoginModes.OAuth, StatusCodes.Status401Unauthorized, new PageModel { UserName = userName, Error = reason });

    /// <summary>Shows the form again, with what went wrong.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit; its target is sealed into the form.</param>
    /// <param name="mode">The login's mode.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="reason">Reason of the catalogue.</param>
    /// <param name="userName">Name to keep in its field, or null.</param>
    /// <param name="minutes">Minutes to wait, for the text that speaks of it.</param>
    public Task ShowAgain(HttpContext context, Visit visit, string mode, int status, string reason, string? userName = null, int? minutes = null) =>
        Write(context, visit, mode, status, new PageModel { Error = reason, UserName = userName, Minutes = minutes, ServiceUrl = visit.ServiceUrl });

    private async Task Write(HttpContext context, Visit visit, string mode, int status, PageModel model)
    {
        var now = clock.GetUtcNow();
        var sealedTarget = new SealedTarget { Tenant = visit.Tenant.Name, Target = visit.Target.Text, Mode = mode, Issued = now };
        var ticket = tickets.Seal(TicketPurpose.Login, sealedTarget, BrowserId.Ensure(context, visit.Secure, now));
        var client = await clients.Of(visit, context.RequestAborted);
        PageLocales.Wish(context, client?.UiLocales);
        await pages.Write(context, PageName.Login, visit.Tenant, status, model with
        {
            RequestUri = visit.Target.Text,
            Mode = mode,
            Ticket = ticket,
            RequestedScopes = client?.Scopes ?? [],
            FormTargets = client is null ? [] : [client.RedirectUri],
        });
    }
}
