using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>Tells a device what the person decided. What it gets is bound to the person's session, as what a code gives is.</summary>
internal sealed class DeviceDecision(IGrainFactory grains, DeviceMetrics metrics, AuditLog audit)
{
    /// <summary>Connects the device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="sid">The session of the person.</param>
    /// <param name="cancellationToken">Stops waiting, not the writes.</param>
    public async Task<DeviceVerdict> Approve(DeviceVisit device, string sid, CancellationToken cancellationToken)
    {
        var (tenant, client) = (device.Visit.Tenant.Name, device.Client);
        if (!device.Device.IsPending)
        {
            return DeviceVerdict.Answered;
        }

        if (await grains.GetGrain<ISessionGrain>(sid).Give(new GiveGrant { Tenant = tenant, Client = client.Ident }, cancellationToken) is not SessionOutcome.Alive(var session))
        {
            return DeviceVerdict.SessionGone;
        }

        if (!await grains.GetGrain<IDeviceGrain>(device.Key).Approve(FactsOf(device, session), cancellationToken))
        {
            return DeviceVerdict.Answered;
        }

        metrics.Authorized();
        audit.DeviceApproved(tenant, client.Name, session.Subject, device.Visit.Request.Client, session.Sid);
        return DeviceVerdict.Done;
    }

    /// <summary>Turns the device away.</summary>
    /// <param name="device">The device.</param>
    /// <param name="ticket">Whose answer it is; a session that was opened for the question ends.</param>
    /// <param name="cancellationToken">Stops waiting, not the writes.</param>
    public async Task<DeviceVerdict> Deny(DeviceVisit device, DeviceTicket ticket, CancellationToken cancellationToken)
    {
        var tenant = device.Visit.Tenant.Name;
        if (!await grains.GetGrain<IDeviceGrain>(device.Key).Deny(tenant, cancellationToken))
        {
            return DeviceVerdict.Answered;
        }

        metrics.Denied();
        audit.DeviceDenied(tenant, device.Client.Name, device.Visit.Request.Client, ticket.Sid);
        if (ticket.IsOwn)
        {
            await grains.GetGrain<ISessionGrain>(ticket.Sid).End(tenant, SessionEnd.LoggedOut, cancellationToken);
        }

        return DeviceVerdict.Done;
    }

    private static GrantFacts FactsOf(DeviceVisit device, Session session) =>
        SessionFacts.For(session, device.Client, device.Device.Scopes) with { Resources = device.Device.Resources };
}

/// <summary>What became of an answer.</summary>
internal enum DeviceVerdict
{
    /// <summary>The device will hear of it.</summary>
    Done = 0,

    /// <summary>Somebody answered before, or the code has expired.</summary>
    Answered = 1,

    /// <summary>The person is not logged in any more.</summary>
    SessionGone = 2,
}
