using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Uitsmijter.Actors.Hosting;

/// <summary>What one caller may cost us before we know who it is (attack 46).</summary>
internal static class KestrelLimits
{
    /// <summary>Longest request body: 16 KiB (contract http.md §1).</summary>
    public const int BodyBytes = 16 * 1024;

    /// <summary>Connections a listener keeps open at once; the next one is closed. Counted per listener: a full public one does not silence the probes.</summary>
    public const int MostConnections = 10_000;

    private const int HeaderBytes = 32 * 1024;
    private const int HeaderCount = 100;
    private const int RequestLineBytes = 16 * 1024;
    private const int BufferBytes = 64 * 1024;
    private const int StreamWindowBytes = 64 * 1024;
    private const int ConnectionWindowBytes = 128 * 1024;

    /// <summary>Sets every limit.</summary>
    /// <param name="kestrel">The server's options.</param>
    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // A bare line feed ends a line for some readers and is part of a value for others: a header could hide in a header (RFC 9112 §2.2, attack 2).
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = BodyBytes;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MaxRequestHeaderCount = HeaderCount;
        limits.MaxRequestLineSize = RequestLineBytes;
        limits.MaxRequestBufferSize = BufferBytes;
        limits.MaxResponseBufferSize = BufferBytes;
        limits.MaxConcurrentConnections = MostConnections;

        // Nothing of ours is ever anything but a request and its answer.
        limits.MaxConcurrentUpgradedConnections = 0;

        // Slowloris: headers in ten seconds, bodies faster than a modem after five.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

        // Proxies keep their connections to us open for about a minute; ours must not close first.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        Apply(limits.Http2);
    }

    /// <summary>HTTP/2 is spoken over TLS only; without TLS there is nothing to negotiate it by, and no proxy needs it.</summary>
    /// <param name="isHttps">Whether the listener has a certificate.</param>
    public static HttpProtocols Protocols(bool isHttps) => isHttps ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;

    private static void Apply(Http2Limits limits)
    {
        // Streams that were reset count until their work is done: beyond twice this number Kestrel ends the connection (rapid reset, CVE-2023-44487).
        limits.MaxStreamsPerConnection = 100;
        limits.MaxRequestHeaderFieldSize = RequestLineBytes;
        limits.InitialStreamWindowSize = StreamWindowBytes;
        limits.InitialConnectionWindowSize = ConnectionWindowBytes;
        limits.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
