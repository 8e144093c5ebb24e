using System.Net;
using System.Net.Sockets;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>Free loopback ports.</summary>
public static class Ports
{
    /// <summary>Some ports nobody listens on, all different.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(static _ =>
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return listener;
        }).ToArray();
        var ports = listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
