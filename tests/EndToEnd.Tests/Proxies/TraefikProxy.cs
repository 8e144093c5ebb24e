using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>A real Traefik with the middleware of the README; runs where <c>traefik</c> is on the PATH.</summary>
internal static class TraefikProxy
{
    /// <summary>Starts Traefik with a file provider.</summary>
    public static async Task<ChildProcess> Start(string directory, int port, Uri server, Uri application)
    {
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-traefik-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(scratch, "dynamic.yaml"),
            $$"""
            tls:
              certificates:
                - { certFile: {{directory}}/cert.pem, keyFile: {{directory}}/key.pem }
            http:
              middlewares:
                uitsmijter:
                  forwardAuth:
                    address: {{server}}auth/traefik
                    authResponseHeaders: [Authorization, X-User-Ident, X-User-Email]
                    addAuthCookiesToResponse: [uitsmijter-sso, uitsmijter-sso-egg]
              routers:
                login: { rule: "{{Rule(World.LoginHosts)}}", entryPoints: [websecure], tls: {}, service: server }
                app: { rule: "{{Rule(World.ApplicationHosts)}}", entryPoints: [websecure], tls: {}, middlewares: [uitsmijter], service: app }
              services:
                server: { loadBalancer: { servers: [{ url: "{{server}}" }] } }
                app: { loadBalancer: { servers: [{ url: "{{application}}" }] } }
            """);
        return await ChildProcess.Start(
            ChildProcess.Find("traefik")!,
            [$"--entrypoints.websecure.address=127.0.0.1:{port}", $"--providers.file.filename={Path.Combine(scratch, "dynamic.yaml")}", "--global.sendanonymoususage=false", "--global.checknewversion=false"],
            scratch,
            port);
    }

    private static string Rule(IEnumerable<string> hosts) => string.Join(" || ", hosts.Select(static host => $"Host(`{host}`)"));
}
