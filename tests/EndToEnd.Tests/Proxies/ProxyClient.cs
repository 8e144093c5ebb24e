using System.Net.Sockets;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>Speaks to a proxy of a site as its visitors do: over TLS, by the host's name, which no resolver knows.</summary>
public sealed class ProxyClient : IDisposable
{
    private readonly ProxySite _site;
    private readonly HttpClient _client;

    /// <summary>A client of a site.</summary>
    /// <param name="site">The site.</param>
    public ProxyClient(ProxySite site)
    {
        _site = site;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = Connect,
            SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null },
        })
        { Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Asks for a page of an application.</summary>
    /// <param name="host">The application's host.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<HttpResponseMessage> Get(string host, string target, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://{host}:{_site.Port}{target}"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    /// <summary>A proxy that has just started may open its port anew while it reads its configuration: refused is asked again, for a while.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(_site.Address, _site.Port, cancellationToken);
                return socket.GetStream();
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(50, cancellationToken);
            }
        }
    }
}
