using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Performs <c>fetch</c> for one tenant: its egress rules on every hop, no proxy, no cookies, no credentials of ours, no trace headers.
/// Connections are pooled per tenant, so one tenant's rules never meet a connection another's let through.
/// </summary>
internal sealed class ScriptFetcher : IDisposable
{
    // Asking for a name blocks a thread of the thread pool for as long as the name server likes, and cannot be called off.
    private const int ParallelLookups = 4;

    private readonly SemaphoreSlim _lookups = new(ParallelLookups);
    private readonly EgressRules _rules;
    private readonly HostResolver _resolve;
    private readonly HttpMessageInvoker _http;

    /// <summary>Prepares the tenant's connections; none is opened yet.</summary>
    /// <param name="rules">Where they may lead.</param>
    /// <param name="resolve">Turns a host name into addresses.</param>
    public ScriptFetcher(EgressRules rules, HostResolver resolve)
    {
        _rules = rules;
        _resolve = resolve;
        _http = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            PreAuthenticate = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 32,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = Connect,
        });
    }

    /// <summary>Sends a request and follows its redirects.</summary>
    /// <param name="request">What the script asked for.</param>
    /// <param name="limits">Redirects and body size.</param>
    /// <param name="cancellationToken">Cancelled when the run is over.</param>
    public async Task<FetchOutcome> Send(FetchRequest request, ScriptLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            for (var hops = 0; ; hops++)
            {
                var (outcome, next) = await Hop(request, limits, cancellationToken);
                if (next is null)
                {
                    return outcome!;
                }

                if (hops == limits.Redirects)
                {
                    return new FetchOutcome.Failed($"{FetchRequest.Shown(request.Url)} redirects more than {limits.Redirects} times");
                }

                request = next;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or FetchRefusedException
            or OperationCanceledException or SocketException or InvalidDataException or NotSupportedException)
        {
            return new FetchOutcome.Failed($"{FetchRequest.Shown(request.Url)}: {Reason(failure)}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose(); // A lookup may still be under way, so the semaphore is left to the collector.

    private async Task<(FetchOutcome? Outcome, FetchRequest? Next)> Hop(
        FetchRequest request, ScriptLimits limits, CancellationToken cancellationToken)
    {
        if (!_rules.MayAsk(Host(request.Url), request.Url.Port))
        {
            throw Forbidden(request.Url.IdnHost);
        }

        using var message = FetchHeaders.Message(request);
        using var response = await _http.SendAsync(message, cancellationToken);
        if (FetchRedirects.Next(request, response) is { } next)
        {
            return (null, next);
        }

        var body = await Read(response.Content, limits.FetchBody, cancellationToken);
        return (new FetchOutcome.Answered(request.Url, (int)response.StatusCode, FetchHeaders.Of(response), body), null);
    }

    /// <summary>The only way out: every address of the name is judged, and the connection goes to one of exactly those.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host.ToLowerInvariant().TrimEnd('.'), context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await LookUp(host, cancellationToken);

        // One forbidden address among good ones is how rebinding mixes its answers: the whole name is refused.
        if (addresses.Length == 0 || !addresses.All(address => _rules.MayConnect(host, port, address)))
        {
            throw addresses.Length == 0 ? new FetchRefusedException("the host has no address") : Forbidden(host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> LookUp(string host, CancellationToken cancellationToken)
    {
        await _lookups.WaitAsync(cancellationToken);
        var lookup = Resolve();
        return await lookup.WaitAsync(cancellationToken);

        // The place is free again when the answer is there, not when nobody waits for it any more.
        async Task<IPAddress[]> Resolve()
        {
            try
            {
                return await _resolve(host, CancellationToken.None);
            }
            finally
            {
                _lookups.Release();
            }
        }
    }

    private static async Task<string> Read(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        using var body = await content.ReadAsStreamAsync(cancellationToken);
        using var text = new MemoryStream();
        var chunk = new byte[8 * 1024];
        for (int count; (count = await body.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (text.Length + count > limit)
            {
                throw new FetchRefusedException($"the answer is longer than {limit} bytes");
            }

            text.Write(chunk, 0, count);
        }

        return Encoding(content).GetString(text.GetBuffer(), 0, (int)text.Length).TrimStart('\uFEFF');
    }

    private static Encoding Encoding(HttpContent content)
    {
        try
        {
            var name = content.Headers.ContentType?.CharSet?.Trim('"');
            return string.IsNullOrEmpty(name) ? System.Text.Encoding.UTF8 : System.Text.Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return System.Text.Encoding.UTF8;
        }
    }

    private static string Host(Uri url) => url.IdnHost.ToLowerInvariant().TrimEnd('.');

    private static FetchRefusedException Forbidden(string host) => new($"scripts of this tenant may not reach {host}");

    private static string Reason(Exception failure) => failure switch
    {
        FetchRefusedException => failure.Message,
        { InnerException: FetchRefusedException refused } => refused.Message,
        OperationCanceledException => "no answer in time",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "the connection failed",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "the TLS connection failed",
        SocketException or { InnerException: SocketException } => "the connection failed",
        _ => "the answer could not be read",
    };
}
