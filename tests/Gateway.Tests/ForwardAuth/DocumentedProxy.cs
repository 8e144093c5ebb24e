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
internal sealed class DocumentedProxy : IAsyncDisposable
{
    private readonly WebApplication _application;
    private ChildProcess? _proxy;
    private int _port;

    private DocumentedProxy()
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
    public static async Task<DocumentedProxy?> Start(string name, Gate gate)
    {
        if (ChildProcess.Find(name) is not { } executable)
        {
            return null;
        }

        var proxy = new DocumentedProxy { _port = Ports.Free(1)[0] };
        await proxy._application.StartAsync();
        var application = new Uri(proxy._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        var scratch = Directory.CreateTempSubdirectory($"uitsmijter-{name}-").FullName;
        var file = Path.Combine(scratch, "configuration");
        await File.WriteAllTextAsync(file, name == "caddy" ? Caddy(gate, application, proxy._port) : Nginx(gate, application, proxy._port, scratch));
        proxy._proxy = await ChildProcess.Start(
            executable,
            name == "caddy" ? ["run", "--config", file, "--adapter", "caddyfile"] : ["-p", scratch, "-c", file, "-e", "stderr"],
            scratch,
            proxy._port,
            new Dictionary<string, string> { ["HOME"] = scratch, ["XDG_DATA_HOME"] = scratch, ["XDG_CONFIG_HOME"] = scratch });
        return proxy;
    }

    /// <summary>A proxy that has just started may open its port anew while it reads its configuration: refused is asked again, for a while.</summary>
    private async Task Connect(TcpClient socket)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException) when (attempt < 40)
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
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await _application.DisposeAsync();
    }

    private static string Caddy(Gate gate, Uri application, int port) =>
        "{\n\tadmin off\n\tauto_https off\n}\n" + Repository.Block("docs/forward-auth.md", "caddyfile")
            .Replace("uitsmijter:8080", gate.Address.Authority, StringComparison.Ordinal)
            .Replace("app:80", application.Authority, StringComparison.Ordinal)
            .Replace("app.example.com {", $"http://cookbooks.example.com:{port}, http://goat.example.com:{port} {{", StringComparison.Ordinal)
            .Replace("login.example.com {", $"http://login.example.com:{port} {{", StringComparison.Ordinal);

    private static string Nginx(Gate gate, Uri application, int port, string scratch) =>
        $$"""
        daemon off;
        pid {{scratch}}/nginx.pid;
        error_log stderr warn;
        worker_processes 1;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path {{scratch}}/body;
          proxy_temp_path {{scratch}}/proxy;
          fastcgi_temp_path {{scratch}}/fastcgi;
          uwsgi_temp_path {{scratch}}/uwsgi;
          scgi_temp_path {{scratch}}/scgi;
        {{Repository.Block("docs/forward-auth.md", "nginx")
            .Replace("uitsmijter:8080", gate.Address.Authority, StringComparison.Ordinal)
            .Replace("app:80", application.Authority, StringComparison.Ordinal)
            .Replace("app.example.com", "cookbooks.example.com goat.example.com", StringComparison.Ordinal)
            .Replace("listen 443 ssl", $"listen 127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("ssl_certificate", "# ssl_certificate", StringComparison.Ordinal)}}
        }
        """;
}
