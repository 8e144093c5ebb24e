using System.Globalization;
using System.Net;
using Microsoft.Extensions.Primitives;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// What a browser asked for, as far as it may be believed: forwarded headers count from trusted proxies only, and where one of them is
/// doubled or a list nobody can say whose it is, the request has no host at all. Other spellings are not read.
/// </summary>
internal sealed record BrowserRequest
{
    /// <summary>Normalised host, without port.</summary>
    public required string Host { get; init; }

    /// <summary>Host with the port the browser used, for links.</summary>
    public required string Authority { get; init; }

    /// <summary>Whether the browser spoke TLS. A proxy that says something unclear said no.</summary>
    public required bool IsHttps { get; init; }

    /// <summary>The browser's address; loopback stands for a socket without addresses.</summary>
    public required IPAddress Client { get; init; }

    /// <summary><c>X-Uitsmijter-Mode</c> of a trusted proxy, or null.</summary>
    public string? Mode { get; init; }

    /// <summary>Reads a request; null when it names no host that could be served.</summary>
    /// <param name="context">The request.</param>
    /// <param name="proxies">Whose forwarded headers are believed.</param>
    public static BrowserRequest? Read(HttpContext context, TrustedProxies proxies)
    {
        var request = context.Request;
        var peer = context.Connection.RemoteIpAddress;
        var isForwarded = proxies.Contains(peer);

        // The header itself: Request.Host turns punycode into letters and throws where it is none (xn--x).
        var sent = request.Headers.Host.ToString();
        if (!HostName.TryNormalise(sent, out var ownHost))
        {
            return null;
        }

        var (host, authority) = (ownHost, Spelled(sent));
        if (isForwarded && request.Headers.TryGetValue(ForwardHeaderNames.ForwardedHost, out var forwarded))
        {
            if (forwarded.Count != 1 || !HostName.TryNormalise(forwarded[0], out host))
            {
                return null;
            }

            // Many proxies forward the host without its port and leave Host alone: then Host knows the port.
            authority = host == ownHost && !forwarded[0]!.Contains(':', StringComparison.Ordinal) ? authority : Spelled(forwarded[0]!);
        }

        return new BrowserRequest
        {
            Host = host,
            Authority = authority,
            IsHttps = isForwarded && request.Headers.TryGetValue(ForwardHeaderNames.ForwardedProto, out var proto) ? IsTls(proto) : request.IsHttps,
            Client = ForwardedFor.ClientOf(peer, request.Headers[ForwardHeaderNames.ForwardedFor], proxies) ?? IPAddress.Loopback,
            Mode = isForwarded && request.Headers[ForwardHeaderNames.Mode] is [{ Length: > 0 } mode] ? mode : null,
        };
    }

    /// <summary>As it may stand in a header and in a link: international names as punycode, with the port.</summary>
    private static string Spelled(string raw) =>
        HostName.TrySplit(raw, out var host, out var port) && port != 0 ? string.Create(CultureInfo.InvariantCulture, $"{host}:{port}") : host;

    private static bool IsTls(StringValues proto) =>
        proto.Count == 1 && (string.Equals(proto[0], "https", StringComparison.OrdinalIgnoreCase) || string.Equals(proto[0], "wss", StringComparison.OrdinalIgnoreCase));
}
