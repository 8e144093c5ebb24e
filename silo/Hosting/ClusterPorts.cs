using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// Makes sure that the cluster's ports are free before Orleans opens them: it lets two processes share a port, and each would get a
/// part of the other's messages.
/// </summary>
internal sealed class ClusterPorts(IOptions<EndpointOptions> options) : IHostedService
{
    /// <inheritdoc />
    /// <exception cref="SocketException">A port is taken.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var ports = options.Value;
        Try(ports.SiloListeningEndpoint, ports.AdvertisedIPAddress, ports.SiloPort);
        Try(ports.GatewayListeningEndpoint, ports.AdvertisedIPAddress, ports.GatewayPort);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // As Orleans decides: the listening endpoint where one is set, else the advertised address. Port 0 is no listener.
    private static void Try(IPEndPoint? listening, IPAddress? advertised, int port)
    {
        if (port == 0)
        {
            return;
        }

        using var listener = new TcpListener(listening ?? new IPEndPoint(advertised ?? IPAddress.Any, port)) { ExclusiveAddressUse = true };
        listener.Start();
    }
}
