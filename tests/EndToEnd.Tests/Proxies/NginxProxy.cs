using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>A real nginx with the configuration of <c>docs/forward-auth.md</c>; only addresses and certificates are the test's own.</summary>
internal static class NginxProxy
{
    /// <summary>Starts nginx.</summary>
    public static async Task<ChildProcess> Start(string directory, int port, Uri server, Uri application)
    {
        var documented = Repository.Block("docs/forward-auth.md", "nginx")
            .Replace("uitsmijter:8080", server.Authority, StringComparison.Ordinal)
            .Replace("app:80", application.Authority, StringComparison.Ordinal)
            .Replace("app.example.com", string.Join(' ', World.ApplicationHosts), StringComparison.Ordinal)
            .Replace("login.example.com", string.Join(' ', World.LoginHosts), StringComparison.Ordinal)
            .Replace("listen 443 ssl", $"listen 127.0.0.1:{port} ssl", StringComparison.Ordinal)
            .Replace("/etc/nginx/cert.pem", Path.Combine(directory, "cert.pem"), StringComparison.Ordinal)
            .Replace("/etc/nginx/key.pem", Path.Combine(directory, "key.pem"), StringComparison.Ordinal);
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-nginx-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(scratch, "nginx.conf"),
            $$"""
            daemon off;
            pid {{scratch}}/nginx.pid;
            error_log stderr warn;
            worker_processes 1;
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path {{scratch}}/body;
              proxy_temp_path {{scratch}}/proxy;
              fastcgi_temp_path {{scratch}}/fastcgi;
              uwsgi_temp_path {{scratch}}/uwsgi;
              scgi_temp_path {{scratch}}/scgi;
            {{documented}}
            }
            """);
        return await ChildProcess.Start(ChildProcess.Find("nginx")!, ["-p", scratch, "-c", Path.Combine(scratch, "nginx.conf"), "-e", "stderr"], scratch, port);
    }
}
