using System.Net;
using System.Net.Sockets;

namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// The network a login attempt is counted for: one IPv4 address, or the /64 of an IPv6 address, which is the smallest piece a single
/// subscriber gets and can walk through freely.
/// </summary>
public static class NetworkRules
{
    private const int PrefixBytes = 8;

    /// <summary>The network as text; the same for every spelling of the same peer.</summary>
    /// <param name="address">The client's address, as the trusted proxies told it.</param>
    public static string Normalise(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);

        // A dual-stack listener sees an IPv4 peer as ::ffff:a.b.c.d; both are one peer.
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[PrefixBytes..].Clear();

        // Without the scope: fe80::1%eth0 and fe80::1%eth1 are the same link-local nobody.
        return $"{new IPAddress(bytes)}/64";
    }
}
