using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// The port that serves health, metrics and operators. It is told by the local port of the connection: the <c>Host</c>
/// header is the caller's to choose (attack 45).
/// </summary>
internal sealed class ManagementPort(ServerSettings settings)
{
    private int _number = settings.ManagementPort;

    /// <summary>The port; 0 until the system has chosen one.</summary>
    public int Number => Volatile.Read(ref _number);

    /// <summary>True when a request came in through this port.</summary>
    /// <param name="context">The request.</param>
    public bool Served(HttpContext context) => context.Features.Get<IHttpConnectionFeature>() is { } connection && connection.LocalPort == Number;

    /// <summary>Learns a port the system chose. The management address is opened last, so it is the last one listed.</summary>
    /// <param name="server">The started server.</param>
    public void Learn(IServer server)
    {
        if (Number == 0 && server.Features.Get<IServerAddressesFeature>()?.Addresses.LastOrDefault() is { } address)
        {
            Volatile.Write(ref _number, BindingAddress.Parse(address).Port);
        }
    }
}
