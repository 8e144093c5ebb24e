using System.Collections.Immutable;
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

    /// <summary>Asks whether to log out (RP-Initiated Logout §2).</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="returnTo">Where the person goes afterwards, already judged; null for nowhere.</param>
    public Task Ask(HttpContext context, Visit visit, string? returnTo) =>
        pages.Write(context, PageName.Logout, visit.Tenant, StatusCodes.Status200OK, new PageModel
        {
            RequestUri = ReturnTarget.Root.Text,
            ServiceUrl = visit.ServiceUrl,
            Ticket = Seal(context, visit, TicketPurpose.EndSession, returnTo ?? ""),
            Confirm = true,
            FormTargets = returnTo is null ? [] : [returnTo],
        });

    /// <summary>Tells that the person is logged out, and tells the clients in frames.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="frames">The clients' addresses (Front-Channel Logout §2).</param>
    /// <param name="returnTo">Where the page leaves to by itself; null stays.</param>
    public Task Tell(HttpContext context, Visit visit, ImmutableArray<string> frames, string? returnTo) =>
        pages.Write(context, PageName.Logout, visit.Tenant, StatusCodes.Status200OK, new PageModel
        {
            RequestUri = returnTo,
            ServiceUrl = visit.ServiceUrl,
            IsDone = true,
            Frames = frames,
        });

    /// <summary>What a person confirmed with the button of <see cref="Ask"/>; null when it was not this browser, this button or this hour.</summary>
    /// <param name="context">The request.</param>
    /// <param name="secure">Whether its cookies are <c>Secure</c>.</param>
    /// <param name="ticket">The field's value.</param>
    public SealedTarget? Confirmed(HttpContext context, bool secure, string ticket) =>
        tickets.IsReady && tickets.Open(TicketPurpose.EndSession, ticket, BrowserId.Held(context.Request, secure)) is TicketVerdict.Good(var target) ? target : null;

    /// <summary>A ticket for a logout button; null where none can be made, which leaves the judgement to what the browser tells.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    public string? TicketFor(HttpContext context, Visit visit) =>
        // The target is not sealed: it is checked when it comes back, and the ticket of a link must stay short.
        Seal(context, visit, TicketPurpose.Logout, ReturnTarget.Root.Text);

    /// <summary>Whether a ticket of such a button came back, for this tenant and browser and in time.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="ticket">The field's value, or null.</param>
    public bool IsGood(HttpContext context, Visit visit, string? ticket) =>
        ticket is not null
        && tickets.IsReady
        && tickets.Open(TicketPurpose.Logout, ticket, BrowserId.Held(context.Request, visit.Secure)) is TicketVerdict.Good(var target)
        && target.Tenant == visit.Tenant.Name;

    private string? Seal(HttpContext context, Visit visit, TicketPurpose purpose, string target)
    {
        if (!tickets.IsReady || visit.Protection == CookieProtection.Refused)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        return tickets.Seal(
            purpose,
            new SealedTarget { Tenant = visit.Tenant.Name, Target = target, Mode = LoginModes.OAuth, Issued = now },
            BrowserId.Ensure(context, visit.Secure, now));
    }
}
