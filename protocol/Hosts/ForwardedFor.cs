using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Uitsmijter.Actors.Protocol.Hosts;

/// <summary>
/// Who really asked. <c>X-Forwarded-For</c> grows to the right, one hop at a time, and everything left of the first untrusted hop was
/// written by that hop: so it is walked from the right to the first address that is no proxy of ours.
/// </summary>
public static class ForwardedFor
{
    /// <summary>Hops that are walked; a longer chain is somebody playing.</summary>
    private const int MaxHops = 32;

    /// <summary>The address of the client.</summary>
    /// <param name="peer">The TCP peer; null (a socket without addresses) stays null.</param>
    /// <param name="values">All values of <c>X-Forwarded-For</c> in the order they arrived.</param>
    /// <param name="trusted">Whose values count.</param>
    /// <returns>The first untrusted address from the right; the last hop that made sense where the chain ends or turns into garbage.</returns>
    public static IPAddress? ClientOf(IPAddress? peer, IReadOnlyList<string?> values, TrustedProxies trusted)
    {
        var client = Plain(peer);
        if (!trusted.Contains(client))
        {
            return client;
        }

        var hops = 0;
        for (var line = values.Count - 1; line >= 0; line--)
        {
            var rest = values[line].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                if (++hops > MaxHops || !TryParse(rest[(comma + 1)..].Trim(" \t"), out var hop))
                {
                    return client;
                }

                client = hop;
                if (!trusted.Contains(hop))
                {
                    return client;
                }

                rest = comma < 0 ? default : rest[..comma];
            }
        }

        return client;
    }

    /// <summary>Reads an address in its usual spelling: four decimal numbers, or IPv6 without a zone.</summary>
    internal static bool TryParseAddress(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Length is 0 or > 45 || text.Contains('%') || text.Contains('[') || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }

        // 10.1, 0x0a.0.0.1 and 012.0.0.1 are addresses to some readers and others to others.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && !text.SequenceEqual(parsed.ToString()))
        {
            return false;
        }

        address = Plain(parsed)!;
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']');
            return end > 0 && (end + 1 == text.Length || IsPort(text[(end + 1)..])) && TryParseAddress(text[1..end], out address);
        }

        // One colon is a port behind an IPv4 address; more belong to IPv6.
        var colon = text.IndexOf(':');
        return colon >= 0 && colon == text.LastIndexOf(':')
            ? IsPort(text[colon..]) && TryParseAddress(text[..colon], out address)
            : TryParseAddress(text, out address);
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.StartsWith(':')
        && !text[1..].ContainsAnyExceptInRange('0', '9') // Parsing a number overlooks NULs behind it.
        && ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
