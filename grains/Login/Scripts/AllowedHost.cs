using System.Globalization;
using System.Net;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// One entry of a tenant's allow-list: a host name, <c>*.</c> and a domain, an address or a CIDR range, each with an optional
/// <c>:port</c>. IPv6 with a port stands in brackets.
/// </summary>
internal sealed class AllowedHost
{
    private readonly string? _name;
    private readonly IPNetwork? _network;
    private readonly int? _port;

    private AllowedHost(string? name, IPNetwork? network, int? port) => (_name, _network, _port) = (name, network, port);

    /// <summary>True for addresses and ranges.</summary>
    public bool IsNetwork => _network is not null;

    /// <summary>Reads an entry; null when it makes no sense.</summary>
    public static AllowedHost? Parse(string entry)
    {
        var (host, port) = Split(entry.Trim());
        if (host.Length == 0 || !TryPort(port, out var number))
        {
            return null;
        }

        if (IPAddress.TryParse(host, out var address) && (host.Contains(':', StringComparison.Ordinal) || host.Count(c => c == '.') == 3))
        {
            return new(null, new IPNetwork(address, address.GetAddressBytes().Length * 8), number);
        }

        if (host.Contains('/', StringComparison.Ordinal))
        {
            return IPNetwork.TryParse(host, out var network) ? new(null, network, number) : null;
        }

        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return Uri.CheckHostName(name) is UriHostNameType.Dns ? new(host.ToLowerInvariant().TrimEnd('.'), null, number) : null;
    }

    /// <summary>Whether the entry is about this port.</summary>
    public bool HasPort(int port) => _port is null || _port == port;

    /// <summary>Whether the entry names this host. <c>*.corp.test</c> names every host below <c>corp.test</c>, not itself.</summary>
    /// <param name="host">Lower case, without trailing dot.</param>
    public bool Matches(string host) => _name is not null
        && (_name[0] == '*' ? host.Length > _name.Length - 1 && host.EndsWith(_name[1..], StringComparison.Ordinal) : host == _name);

    /// <summary>Whether the address lies in the entry's range.</summary>
    public bool Contains(IPAddress address) =>
        _network is { } network && network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address);

    private static (string Host, string? Port) Split(string entry)
    {
        if (entry is ['[', ..])
        {
            var end = entry.IndexOf(']', StringComparison.Ordinal);
            return end < 0 ? ("", null) : (entry[1..end], end + 1 == entry.Length ? null : entry[(end + 1)..]);
        }

        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon != entry.LastIndexOf(':') ? (entry, null) : (entry[..colon], entry[colon..]);
    }

    private static bool TryPort(string? text, out int? port)
    {
        port = null;
        if (text is null)
        {
            return true;
        }

        if (text is not [':', ..] || !ushort.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return false;
        }

        port = number;
        return true;
    }
}
