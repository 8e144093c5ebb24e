using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Where a tenant's scripts may connect to. Judged twice: on the name, before anything happens, and on every resolved address at the
/// moment of connecting, so that a name cannot point elsewhere the second time it is asked (DNS rebinding).
/// </summary>
internal sealed class EgressRules
{
    /// <summary>
    /// Never reachable, whatever a tenant allows: link-local, where clouds serve their credentials; metadata services at other addresses;
    /// "this host" and multicast, which no web service has; Teredo, NAT64 prefixes of one's own (RFC 8215) and SIIT (RFC 2765), whose hidden IPv4 address nobody can judge.
    /// </summary>
    private static readonly ImmutableArray<IPNetwork> Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("100.100.100.200/32"), IPNetwork.Parse("168.63.129.16/32"), IPNetwork.Parse("192.0.0.192/32"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("fd00:ec2::/32"), IPNetwork.Parse("fd20:ce::254/128"), IPNetwork.Parse("fd00:42::42/128"), IPNetwork.Parse("2001::/32"),
        IPNetwork.Parse("64:ff9b:1::/48"), IPNetwork.Parse("::ffff:0:0:0/96"),
    ];

    /// <summary>Networks of one house (RFC 1918, RFC 6598, RFC 4193): open to a tenant's scripts, to addresses of its clients only where the tenant names them.</summary>
    private static readonly ImmutableArray<IPNetwork> Private =
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("fc00::/7")];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    private readonly ImmutableArray<AllowedHost> _allowed;
    private readonly bool _restricted;
    private readonly bool _loopback;
    private readonly bool _private;

    private EgressRules(ImmutableArray<AllowedHost> allowed, bool restricted, bool loopback, bool isPrivateOpen) =>
        (_allowed, _restricted, _loopback, _private) = (allowed, restricted, loopback, isPrivateOpen);

    /// <summary>The rules of a tenant.</summary>
    /// <param name="settings">Its allow-list; an entry nobody can read allows nothing, and the list stays a restriction.</param>
    /// <param name="loopback">True lets scripts reach this machine unless the list says otherwise; false only where the list names it.</param>
    public static EgressRules Of(ScriptSettings settings, bool loopback) => Of(settings, loopback, isPrivateOpen: true);

    /// <summary>The rules for addresses of a tenant's clients: as for its scripts, and private networks only where the list names them.</summary>
    /// <inheritdoc cref="Of(ScriptSettings, bool)" path="/param"/>
    public static EgressRules OfClients(ScriptSettings settings, bool loopback) => Of(settings, loopback, isPrivateOpen: false);

    private static EgressRules Of(ScriptSettings settings, bool loopback, bool isPrivateOpen) => new(
        [.. settings.AllowedHosts.Select(AllowedHost.Parse).OfType<AllowedHost>()], settings.AllowedHosts.Length > 0, loopback, isPrivateOpen);

    /// <summary>Whether a request to this host could be allowed, before its addresses are known.</summary>
    public bool MayAsk(string host, int port) =>
        !_restricted || Named(host, port) || _allowed.Any(entry => entry.IsNetwork && entry.HasPort(port));

    /// <summary>Whether a connection to this address may be opened for a request to this host.</summary>
    public bool MayConnect(string host, int port, IPAddress address)
    {
        var real = Real(address);
        if (Never.Any(network => Contains(network, real)) || Never.Any(network => Contains(network, address)))
        {
            return false;
        }

        var byAddress = _allowed.Any(entry => entry.Contains(real) && entry.HasPort(port));
        if (IPAddress.IsLoopback(real) && !_loopback && !byAddress)
        {
            // A name that anybody can point at 127.0.0.1 does not open this machine; the exact word does.
            return host == "localhost" && Named(host, port);
        }

        if (!_private && Private.Any(network => Contains(network, real)))
        {
            return byAddress || Named(host, port);
        }

        return !_restricted || byAddress || Named(host, port);
    }

    private bool Named(string host, int port) => _allowed.Any(entry => entry.Matches(host) && entry.HasPort(port));

    private static bool Contains(IPNetwork network, IPAddress address) =>
        network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address);

    /// <summary>The IPv4 address that an IPv6 address stands for, where it does (mapped, compatible, NAT64, 6to4).</summary>
    private static IPAddress Real(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        // A zone id takes part in comparisons but says nothing about where the address leads.
        var bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes);
        if (SixToFour.Contains(plain))
        {
            return new IPAddress(bytes.AsSpan(2, 4));
        }

        var embeds = Nat64.Contains(plain) || (Compatible.Contains(plain) && !plain.Equals(IPAddress.IPv6Loopback) && !plain.Equals(IPAddress.IPv6Any));
        return embeds ? new IPAddress(bytes.AsSpan(12, 4)) : plain;
    }
}
