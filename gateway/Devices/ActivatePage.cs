using System.Globalization;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>Shows the three faces of <c>/activate</c>: the form for the code, the question, the result.</summary>
internal sealed class ActivatePage(PageRenderer pages, Tickets tickets, Visits visits, TimeProvider clock)
{
    /// <summary>Shows the form.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What the browser asked.</param>
    /// <param name="form">What stands in it.</param>
    public Task ShowForm(HttpContext context, BrowserRequest request, ActivateForm form)
    {
        var now = clock.GetUtcNow();
        // Which tenant it is only the code tells, so the ticket is for none.
        var about = new SealedTarget { Tenant = "", Target = ActivateEndpoint.Path, Mode = LoginModes.OAuth, Issued = now };
        int? minutes = null;
        if (form.RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
            minutes = (int)Math.Min(int.MaxValue, (seconds + 59) / 60);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return pages.Write(context, PageName.Activate, form.Look, form.Status, new PageModel
        {
            Error = form.Error,
            UserCode = form.UserCode,
            UserName = form.UserName,
            NeedsLogin = form.NeedsLogin,
            Minutes = minutes,
            Ticket = tickets.Seal(TicketPurpose.Activate, about, BrowserId.Ensure(context, visits.IsSecure(request), now)),
        });
    }

    /// <summary>Whether a ticket of such a form came back, for this browser and in time.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What the browser asked.</param>
    /// <param name="ticket">The field's value.</param>
    public bool IsGood(HttpContext context, BrowserRequest request, string ticket) =>
        tickets.Open(TicketPurpose.Activate, ticket, BrowserId.Held(context.Request, visits.IsSecure(request))) is TicketVerdict.Good;

    /// <summary>Asks whether the device shall be connected.</summary>
    /// <param name="context">The request.</param>
    /// <param name="device">The device.</param>
    /// <param name="session">The person's session.</param>
    /// <param name="isOwn">True when it was opened for this question.</param>
    public Task Ask(HttpContext context, DeviceVisit device, Session session, bool isOwn)
    {
        var (visit, client) = (device.Visit, device.Client);
        var now = clock.GetUtcNow();
        var about = new SealedTarget
        {
            Tenant = visit.Tenant.Name,
            Target = new DeviceTicket(device.Key, device.UserCode, session.Sid, isOwn).Text,
            Mode = LoginModes.OAuth,
            Issued = now,
        };
        return pages.Write(context, PageName.Activate, visit.Tenant, StatusCodes.Status200OK, new PageModel
        {
            Confirm = true,
            UserCode = device.UserCode,
            UserName = session.User,
            Client = ClientCard.Of(client),
            RequestedScopes = ScopeRules.Grant(device.Device.Scopes, client.Scopes, session.ProviderScopes, client.AllowedProviderScopes),
            RequestedResources = device.Device.Resources,
            Ticket = tickets.Seal(TicketPurpose.Device, about, BrowserId.Ensure(context, visit.Secure, now)),
        });
    }

    /// <summary>Opens the ticket of such a question.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What the browser asked.</param>
    /// <param name="ticket">The field's value.</param>
    public TicketVerdict Open(HttpContext context, BrowserRequest request, string? ticket) =>
        tickets.Open(TicketPurpose.Device, ticket, BrowserId.Held(context.Request, visits.IsSecure(request)));

    /// <summary>Says how it ended.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">The device's tenant.</param>
    /// <param name="client">The device's client.</param>
    /// <param name="approved">The person's answer.</param>
    public Task ShowResult(HttpContext context, Tenant tenant, Client client, bool approved) =>
        pages.Write(context, PageName.Activate, tenant, StatusCodes.Status200OK, new PageModel { Client = ClientCard.Of(client), Result = approved ? "success" : "denied" });
}

/// <summary>What stands in the form.</summary>
/// <param name="Look">Whose look; null for the default one.</param>
/// <param name="UserCode">The code as typed, or null.</param>
internal sealed record ActivateForm(Tenant? Look, string? UserCode)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Reason of what went wrong, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The name as typed; without <see cref="NeedsLogin"/> who is logged in.</summary>
    public string? UserName { get; init; }

    /// <summary>Whether the form asks for name and password.</summary>
    public bool NeedsLogin { get; init; } = true;

    /// <summary>When the next attempt is looked at, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
