using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Uitsmijter.Actors.Protocol.Hosts;

/// <summary>
/// The peers whose forwarded headers are believed (<c>TRUSTED_PROXIES</c>). An address is compared as the number it is:
/// <c>::ffff:10.0.0.1</c> and <c>10.0.0.1</c> are the same peer.
/// </summary>
public sealed class TrustedProxies
{
    /// <summary>The word for loopback and private networks (RFC 1918, RFC 4193).</summary>
    public const string Private = "private";

    private static readonly string[] _loopback = ["127.0.0.0/8", "::1/128"];

    private static readonly string[] _private = [.. _loopback, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    private readonly ImmutableArray<Network> _networks;

    private TrustedProxies(ImmutableArray<Network> networks) => _networks = networks;

    /// <summary>Nobody is believed.</summary>
    public static TrustedProxies None { get; } = new([]);

    /// <summary>
    /// Reads the setting. Unset trusts loopback and private networks, in production loopback alone: there a stranger in the same
    /// network must not be able to name a host.
    /// </summary>
    /// <param name="text">Addresses, CIDR ranges and the word <c>private</c>, separated by commas or white space; null when unset.</param>
    /// <param name="isProduction"><c>ENVIRONMENT=production</c>.</param>
    /// <param name="problems">One sentence for every entry that is none; such an entry trusts nobody.</param>
    public static TrustedProxies Parse(string? text, bool isProduction, out ImmutableArray<string> problems)
    {
        var words = text?.Split([',', ' ', '\t', ';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries) ?? [isProduction ? "loopback" : Private];
        var networks = ImmutableArray.CreateBuilder<Network>();
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var word in words.SelectMany(Expand))
        {
            if (Network.TryParse(word, out var network))
            {
                networks.Add(network);
            }
            else
            {
                found.Add($"TRUSTED_PROXIES: '{word}' is neither an address, nor a range such as 10.0.0.0/8, nor the word private.");
            }
        }

        problems = found.ToImmutable();
        return new TrustedProxies(networks.ToImmutable());
    }

    /// <summary>Whether a peer's forwarded headers are believed.</summary>
    /// <param name="address">The address of the TCP peer, or of a hop; null (a socket without addresses) is nobody.</param>
    public bool Contains(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var number = Network.NumberOf(address);
        foreach (var network in _networks)
        {
            if ((number & network.Mask) == network.Prefix)
            {
                return true;
            }
        }

        return false;
    }

    private static string[] Expand(string word) =>
        word.Equals(Private, StringComparison.OrdinalIgnoreCase) ? _private
        : word.Equals("loopback", StringComparison.OrdinalIgnoreCase) ? _loopback
        : [word];

    /// <summary>A range in the one address space of 128 bits; IPv4 lives in <c>::ffff:0:0/96</c>.</summary>
    private readonly record struct Network(UInt128 Prefix, UInt128 Mask)
    {
        private const ulong MappedPrefix = 0xFFFF_0000_0000;

        public static bool TryParse(string text, out Network network)
        {
            network = default;
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (!ForwardedFor.TryParseAddress(slash < 0 ? text : text[..slash], out var address))
            {
                return false;
            }

            var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            var length = bits;
            if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
            {
                return false;
            }

            var host = bits - length;
            var mask = host == 128 ? UInt128.Zero : UInt128.MaxValue << host;
            network = new Network(NumberOf(address) & mask, mask);
            return true;
        }

        public static UInt128 NumberOf(IPAddress address)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out var written);
            return written == 4
                ? new UInt128(0, MappedPrefix | System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes))
                : System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        }
    }
}
