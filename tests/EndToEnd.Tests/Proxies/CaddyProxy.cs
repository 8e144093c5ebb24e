using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>A real Caddy with the configuration of <c>docs/forward-auth.md</c>; only addresses and certificates are the test's own.</summary>
internal static class CaddyProxy
{
    /// <summary>Starts Caddy.</summary>
    public static async Task<ChildProcess> Start(string directory, int port, Uri server, Uri application)
    {
        var documented = Repository.Block("docs/forward-auth.md", "caddyfile");
        var tls = $"tls {Path.Combine(directory, "cert.pem")} {Path.Combine(directory, "key.pem")}";
        var configuration =
            "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"
            + documented
                .Replace("uitsmijter:8080", server.Authority, StringComparison.Ordinal)
                .Replace("app:80", application.Authority, StringComparison.Ordinal)
                .Replace("app.example.com {", Sites(World.ApplicationHosts, port) + " {\n\t" + tls, StringComparison.Ordinal)
                .Replace("login.example.com {", Sites(World.LoginHosts, port) + " {\n\t" + tls, StringComparison.Ordinal);
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-caddy-").FullName;
        await File.WriteAllTextAsync(Path.Combine(scratch, "Caddyfile"), configuration);
        return await ChildProcess.Start(
            ChildProcess.Find("caddy")!,
            ["run", "--config", Path.Combine(scratch, "Caddyfile"), "--adapter", "caddyfile"],
            scratch,
            port,
            new Dictionary<string, string> { ["HOME"] = scratch, ["XDG_DATA_HOME"] = scratch, ["XDG_CONFIG_HOME"] = scratch });
    }

    private static string Sites(IEnumerable<string> hosts, int port) => string.Join(", ", hosts.Select(host => $"https://{host}:{port}"));
}
