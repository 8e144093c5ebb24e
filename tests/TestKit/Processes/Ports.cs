using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>
/// Free loopback ports, below those that outgoing connections get (32,768 and more on Linux): between the moment a port is found free and the moment a process listens on it, some other process' connection would
/// sometimes have it.
/// </summary>
public static class Ports
{
    private const int First = 16_500;
    private const int Range = 16_000;

    /// <summary>What this process has handed out: the one that is to listen there may not have started yet.</summary>
    private static readonly ConcurrentDictionary<int, byte> _given = new();

    /// <summary>Some ports nobody listens on, all different.</summary>
    public static int[] Free(int count)
    {
        var ports = new List<int>(count);
        while (ports.Count < count)
        {
            if (_given.Count > Range / 2)
            {
                _given.Clear();
            }

            var port = First + RandomNumberGenerator.GetInt32(Range);
            if (_given.TryAdd(port, 0) && IsFree(port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
