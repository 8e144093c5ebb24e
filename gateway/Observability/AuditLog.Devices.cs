using System.Net;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <content>What people decided about devices and clients.</content>
internal sealed partial class AuditLog
{
    /// <summary>A person connected a device.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the device's client.</param>
    /// <param name="subject">Subject of the session.</param>
    /// <param name="remote">Address of the person.</param>
    /// <param name="sid">Session id.</param>
    public void DeviceApproved(string tenant, string client, string subject, IPAddress? remote, string sid) => LogDeviceApproved(tenant, client, subject, remote, sid);

    /// <summary>A person turned a device away.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the device's client.</param>
    /// <param name="remote">Address of the person.</param>
    /// <param name="sid">Session id.</param>
    public void DeviceDenied(string tenant, string client, IPAddress? remote, string sid) => LogDeviceDenied(tenant, client, remote, sid);

    /// <summary>A person answered whether a client may have what it asks for.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client.</param>
    /// <param name="subject">Subject of the session.</param>
    /// <param name="remote">Address of the person.</param>
    /// <param name="sid">Session id.</param>
    /// <param name="allowed">The answer.</param>
    /// <param name="extent">What the client would be handed.</param>
    public void ConsentAnswered(string tenant, string client, string subject, IPAddress? remote, string sid, bool allowed, ConsentExtent extent)
    {
        var (scopes, claims, resources) = (ScopeRules.Join(extent.Scopes), ScopeRules.Join(extent.Claims), ScopeRules.Join(extent.Resources));
        LogConsentAnswered(tenant, client, subject, remote, sid, allowed, scopes, claims, resources);
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "Device approved: tenant={Tenant} client={Client} subject={Subject} remote={Remote} sid={Sid}")]
    private partial void LogDeviceApproved(string tenant, string client, string subject, IPAddress? remote, string sid);

    [LoggerMessage(EventId = 31, Level = LogLevel.Information, Message = "Device denied: tenant={Tenant} client={Client} remote={Remote} sid={Sid}")]
    private partial void LogDeviceDenied(string tenant, string client, IPAddress? remote, string sid);

    [LoggerMessage(EventId = 32, Level = LogLevel.Information, Message = "Consent: tenant={Tenant} client={Client} subject={Subject} remote={Remote} sid={Sid} allowed={Allowed} scopes={Scopes} claims={Claims} resources={Resources}")]
    private partial void LogConsentAnswered(string tenant, string client, string subject, IPAddress? remote, string sid, bool allowed, string scopes, string claims, string resources);
}
