using System.Globalization;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>
/// A real proxy with the configuration of <c>docs/forward-auth.md</c>: what people copy is what runs. Only addresses, hosts and certificates
/// are the test's own.
/// </summary>
public static class DocumentedProxy
{
    private const string Page = "docs/forward-auth.md";
    private const string Server = "uitsmijter:8080";
    private const string Application = "app:80";
    private const string ApplicationHost = "app.example.com";
    private const string LoginHost = "login.example.com";

    /// <summary>The part of Traefik's configuration that the page shows.</summary>
    public static string Traefik => Repository.Block(Page, "yaml");

    /// <summary>The part of Envoy's configuration that the page shows: its HTTP filters.</summary>
    public static string Envoy => Repository.Blocks(Page, "yaml").Single(static block => block.StartsWith("http_filters:", StringComparison.Ordinal));

    /// <summary>Starts <c>caddy</c>, <c>nginx</c>, <c>traefik</c> or <c>envoy</c>; the program must be installed.</summary>
    /// <param name="name">The program.</param>
    /// <param name="site">What is the test's own.</param>
    public static async Task<ChildProcess> Start(string name, ProxySite site)
    {
        var scratch = Directory.CreateTempSubdirectory($"uitsmijter-{name}-").FullName;
        var file = Path.Combine(scratch, "configuration.yaml");
        await File.WriteAllTextAsync(file, name switch
        {
            "caddy" => CaddyFor(site),
            "nginx" => NginxFor(site, scratch),
            "traefik" => TraefikFor(site),
            _ => EnvoyFor(site),
        });
        string[] arguments = name switch
        {
            "caddy" => ["run", "--config", file, "--adapter", "caddyfile"],
            "nginx" => ["-p", scratch, "-c", file, "-e", "stderr"],
            "traefik" => [$"--entrypoints.websecure.address={site.Address}:{Text(site.Port)}", $"--providers.file.filename={file}", "--global.sendanonymoususage=false", "--global.checknewversion=false"],
            _ => ["-c", file, "--use-dynamic-base-id"],
        };
        var home = new Dictionary<string, string> { ["HOME"] = scratch, ["XDG_DATA_HOME"] = scratch, ["XDG_CONFIG_HOME"] = scratch };
        return await ChildProcess.Start(ChildProcess.Find(name)!, arguments, scratch, site.Port, home, site.Address);
    }

    private static string CaddyFor(ProxySite site)
    {
        var own = $" {{\n\tbind {site.Address}\n" + (site.Certificates is { } folder ? $"\ttls {folder}/cert.pem {folder}/key.pem\n" : "");
        var options = site.Certificates is null ? "auto_https off" : "auto_https disable_redirects\n\tskip_install_trust";
        return $"{{\n\tadmin off\n\t{options}\n}}\n" + Addressed(Repository.Block(Page, "caddyfile"), site)
            .Replace(ApplicationHost + " {", Sites(site.ApplicationHosts) + own, StringComparison.Ordinal)
            .Replace(LoginHost + " {", Sites(site.LoginHosts) + own, StringComparison.Ordinal);

        string Sites(IEnumerable<string> hosts) => string.Join(", ", hosts.Select(host => $"{(site.Certificates is null ? "http" : "https")}://{host}:{Text(site.Port)}"));
    }

    private static string NginxFor(ProxySite site, string scratch)
    {
        var listen = $"listen {site.Address}:{Text(site.Port)}";
        var documented = Addressed(Repository.Block(Page, "nginx"), site)
            .Replace(ApplicationHost, string.Join(' ', site.ApplicationHosts), StringComparison.Ordinal)
            .Replace(LoginHost, string.Join(' ', site.LoginHosts), StringComparison.Ordinal);
        documented = site.Certificates is { } folder
            ? documented.Replace("listen 443 ssl", listen + " ssl", StringComparison.Ordinal).Replace("/etc/nginx/", folder + "/", StringComparison.Ordinal)
            : documented.Replace("listen 443 ssl", listen, StringComparison.Ordinal).Replace("ssl_certificate", "# ssl_certificate", StringComparison.Ordinal);
        return $$"""
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
            """;
    }

    private static string TraefikFor(ProxySite site)
    {
        return $"tls: {{ certificates: [{{ certFile: {site.Certificates}/cert.pem, keyFile: {site.Certificates}/key.pem }}] }}\n" + Addressed(Traefik, site)
            .Replace($"Host(`{ApplicationHost}`)", Rule(site.ApplicationHosts), StringComparison.Ordinal)
            .Replace($"Host(`{LoginHost}`)", Rule(site.LoginHosts), StringComparison.Ordinal);

        static string Rule(IEnumerable<string> hosts) => $"({string.Join(" || ", hosts.Select(static host => $"Host(`{host}`)"))})";
    }

    private static string EnvoyFor(ProxySite site)
    {
        var filters = Addressed(Envoy, site).ReplaceLineEndings("\n" + new string(' ', 12));
        return $$"""
            static_resources:
              listeners:
                - address: { socket_address: { address: {{site.Address}}, port_value: {{Text(site.Port)}} } }
                  filter_chains:
                    - transport_socket:
                        name: envoy.transport_sockets.tls
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                          common_tls_context: { tls_certificates: [{ certificate_chain: { filename: {{site.Certificates}}/cert.pem }, private_key: { filename: {{site.Certificates}}/key.pem } }] }
                      filters:
                        - name: envoy.filters.network.http_connection_manager
                          typed_config:
                            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                            stat_prefix: ingress
                            use_remote_address: true
                            normalize_path: true
                            path_with_escaped_slashes_action: REJECT_REQUEST
                            route_config:
                              virtual_hosts:
                                - name: login
                                  domains: [{{Domains(site.LoginHosts)}}]
                                  typed_per_filter_config: { envoy.filters.http.ext_authz: { "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute, disabled: true } }
                                  routes: [{ match: { prefix: / }, route: { cluster: uitsmijter } }]
                                - name: app
                                  domains: [{{Domains(site.ApplicationHosts)}}]
                                  routes: [{ match: { prefix: / }, route: { cluster: app } }]
                            {{filters}}
              clusters:
                - {{Cluster("uitsmijter", site.Server)}}
                - {{Cluster("app", site.Application)}}
            """;

        string Domains(IEnumerable<string> hosts) => string.Join(", ", hosts.Select(host => $"\"{host}:{Text(site.Port)}\""));

        static string Cluster(string name, Uri address) =>
            $"{{ name: {name}, type: STATIC, load_assignment: {{ cluster_name: {name}, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: {address.Host}, port_value: {Text(address.Port)} }} }} }} }}] }}] }} }}";
    }

    private static string Addressed(string documented, ProxySite site) => documented
        .Replace(Server, site.Server.Authority, StringComparison.Ordinal)
        .Replace(Application, site.Application.Authority, StringComparison.Ordinal);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
