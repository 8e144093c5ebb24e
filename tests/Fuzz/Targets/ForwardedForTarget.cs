using System.Net;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Addresses of clients: the first untrusted hop from the right, whatever stands left of it (attack 4). The first line is the peer.</summary>
internal sealed partial class ForwardedForTarget : FuzzTarget
{
    private static readonly TrustedProxies _trusted = TrustedProxies.Parse("10.0.0.0/8, 127.0.0.1, ::1, fc00::/7", isProduction: true, out _);

    /// <inheritdoc />
    public override string Name => "clients";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words => ["10.0.0.1", "127.0.0.1", "192.0.2.7", "2001:db8::1", "[2001:db8::1]:443", "::ffff:10.0.0.1", "fc00::1", ", ", ",", "\n", ":80", "unknown", "%eth0", "0x7f.1", "010.0.0.1"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var lines = input.Split('\n');
        var peer = IPAddress.TryParse(lines[0], out var address) ? Plain(address) : IPAddress.Loopback;
        var values = lines[1..];
        var client = ForwardedFor.ClientOf(peer, values, _trusted);

        Must(client is not null && !client.IsIPv4MappedToIPv6, "a client has one address in one form");
        Must(_trusted.Contains(peer) || client!.Equals(peer), "a peer that is not trusted is the client");
        var hops = values.SelectMany(static value => value.Split(',')).Select(Hop).OfType<IPAddress>().ToArray();
        Must(client!.Equals(peer) || hops.Contains(client), "a client is the peer or a hop that was named");
        if (!_trusted.Contains(client))
        {
            Must(client.Equals(ForwardedFor.ClientOf(peer, ["6.6.6.6, 10.0.0.9", .. values], _trusted)), "nothing left of the first untrusted hop counts");
        }
    }

    private static IPAddress? Hop(string text) =>
        IPAddress.TryParse(Port().Replace(text.Trim(' ', '\t'), "$1$2"), out var address) ? Plain(address) : null;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    [GeneratedRegex(@"^(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+)$")]
    private static partial Regex Port();
}
