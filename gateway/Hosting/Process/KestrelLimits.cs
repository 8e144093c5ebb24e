using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Uitsmijter.Actors.Hosting;

/// <summary>What one caller may cost us before we know who it is (attack 46).</summary>
internal static class KestrelLimits
{
    /// <summary>Longest request body: 16 KiB (contract http.md §1).</summary>
    public const int BodyBytes = 16 * 1024;

    private const int HeaderBytes = 32 * 1024;
    private const int HeaderCount = 100;
    private const int RequestLineBytes = 16 * 1024;

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

        // Slowloris: headers in ten seconds, bodies faster than a modem after five.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

        // Proxies keep their connections to us open for about a minute; ours must not close first.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.MaxRequestHeaderFieldSize = RequestLineBytes;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
