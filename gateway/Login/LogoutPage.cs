using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Shows the goodbye page.</summary>
internal sealed class LogoutPage(PageRenderer pages, Tickets tickets, TimeProvider clock)
{
    /// <summary>Shows the page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit; its target is where the person goes afterwards.</param>
    /// <param name="confirm">True waits for a click.</param>
    public Task Show(HttpContext context, Visit visit, bool confirm) =>
        pages.Write(context, PageName.Logout, visit.Tenant, StatusCodes.Status200OK, new PageModel
        {
            RequestUri = visit.Target.Text,
            ServiceUrl = visit.ServiceUrl,
            Ticket = TicketFor(context, visit),
            Confirm = confirm,
        });

    /// <summary>A ticket for a logout button; null where none can be made, which leaves the judgement to what the browser tells.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    public string? TicketFor(HttpContext context, Visit visit)
    {
        if (!tickets.IsReady || visit.Protection == CookieProtection.Refused)
        {
            return null;
        }

        // The target is not sealed: it is checked when it comes back, and the ticket of a link must stay short.
        var now = clock.GetUtcNow();
        return tickets.Seal(
            TicketPurpose.Logout,
            new SealedTarget { Tenant = visit.Tenant.Name, Target = ReturnTarget.Root.Text, Mode = LoginModes.OAuth, Issued = now },
            BrowserId.Ensure(context, visit.Secure, now));
    }

    /// <summary>Whether a ticket of such a button came back, for this tenant and browser and in time.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="ticket">The field's value, or null.</param>
    public bool IsGood(HttpContext context, Visit visit, string? ticket) =>
        ticket is not null
        && tickets.IsReady
        && tickets.Open(TicketPurpose.Logout, ticket, BrowserId.Held(context.Request, visit.Secure)) is TicketVerdict.Good(var target)
        && target.Tenant == visit.Tenant.Name;
}
