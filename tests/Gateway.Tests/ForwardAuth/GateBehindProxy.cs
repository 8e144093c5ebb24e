using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>A real proxy with the configuration of <c>docs/forward-auth.md</c>, over plain http, before an application that tells what it received.</summary>
internal sealed class GateBehindProxy : IAsyncDisposable
{
    private readonly WebApplication _application;
    private ChildProcess? _proxy;
    private int _port;

    private GateBehindProxy()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _application = builder.Build();
        _application.Run(static context => context.Response.WriteAsync(
            $"target: {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}\n" +
            string.Concat(context.Request.Headers.SelectMany(static header => header.Value.Select(value => $"{header.Key.ToUpperInvariant()}: {value}\n")))));
    }

    /// <summary>Starts <c>caddy</c> or <c>nginx</c>, or returns null where it is not installed.</summary>
    /// <param name="name">The proxy's program.</param>
    /// <param name="gate">What it asks.</param>
    /// <param name="application">What it protects; null for an application of our own, which tells what it received.</param>
    public static async Task<GateBehindProxy?> Start(string name, Gate gate, Uri? application = null)
    {
        if (ChildProcess.Find(name) is null)
        {
            return null;
        }

        var proxy = new GateBehindProxy { _port = Ports.Free(1)[0] };
        await proxy._application.StartAsync();
        proxy._proxy = await DocumentedProxy.Start(name, new ProxySite
        {
            Port = proxy._port,
            ApplicationHosts = ["cookbooks.example.com", "goat.example.com"],
            LoginHosts = ["login.example.com"],
            Server = gate.Address,
            Application = application ?? new Uri(proxy._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        });
        return proxy;
    }

    /// <summary>A proxy that has just started may open its port anew while it reads its configuration: refused is asked again, for a while.</summary>
    private async Task Connect(TcpClient socket)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); ;)
        {
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException) when (waited.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Sends a request as it is and reads the whole answer.</summary>
    public async Task<string> Raw(string line, string host, params string[] headers)
    {
        using var socket = new TcpClient();
        await Connect(socket);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            return await reader.ReadToEndAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Nobody ended the answer to {line}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await _application.DisposeAsync();
    }
}
