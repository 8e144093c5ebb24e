using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>A real Envoy with HTTP <c>ext_authz</c>; runs where <c>envoy</c> is on the PATH.</summary>
internal static class EnvoyProxy
{
    /// <summary>Starts Envoy with a static configuration.</summary>
    public static async Task<ChildProcess> Start(string directory, int port, Uri server, Uri application)
    {
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-envoy-").FullName;
        await File.WriteAllTextAsync(Path.Combine(scratch, "envoy.yaml"), Configuration(directory, port, server, application));
        return await ChildProcess.Start(ChildProcess.Find("envoy")!, ["-c", Path.Combine(scratch, "envoy.yaml"), "--use-dynamic-base-id"], scratch, port);
    }

    private static string Configuration(string directory, int port, Uri server, Uri application) =>
        $$"""
        static_resources:
          listeners:
            - address: { socket_address: { address: 127.0.0.1, port_value: {{port}} } }
              filter_chains:
                - transport_socket:
                    name: envoy.transport_sockets.tls
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                      common_tls_context:
                        tls_certificates:
                          - { certificate_chain: { filename: {{directory}}/cert.pem }, private_key: { filename: {{directory}}/key.pem } }
                  filters:
                    - name: envoy.filters.network.http_connection_manager
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: ingress
                        use_remote_address: true
                        route_config:
                          virtual_hosts:
                            - name: login
                              domains: [{{Domains(World.LoginHosts, port)}}]
                              typed_per_filter_config:
                                envoy.filters.http.ext_authz:
                                  "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute
                                  disabled: true
                              routes: [{ match: { prefix: / }, route: { cluster: server } }]
                            - name: app
                              domains: [{{Domains(World.ApplicationHosts, port)}}]
                              routes: [{ match: { prefix: / }, route: { cluster: app } }]
                        http_filters:
                          - name: envoy.filters.http.ext_authz
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
                              http_service:
                                server_uri: { uri: "{{server}}", cluster: server, timeout: 2s }
                                path_prefix: /auth/envoy
                                authorization_request:
                                  allowed_headers: { patterns: [{ exact: cookie }, { exact: accept }, { exact: x-forwarded-proto }, { exact: x-forwarded-for }, { prefix: sec-fetch- }] }
                                authorization_response:
                                  allowed_upstream_headers: { patterns: [{ exact: authorization }, { exact: x-user-ident }, { exact: x-user-email }] }
                                  allowed_client_headers: { patterns: [{ exact: location }, { exact: set-cookie }, { exact: www-authenticate }, { exact: x-login-url }] }
                                  allowed_client_headers_on_success: { patterns: [{ exact: set-cookie }] }
                          - name: envoy.filters.http.router
                            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
          clusters:
            - {{Cluster("server", server)}}
            - {{Cluster("app", application)}}
        """;

    private static string Domains(IEnumerable<string> hosts, int port) => string.Join(", ", hosts.Select(host => $"\"{host}:{port}\""));

    private static string Cluster(string name, Uri address) =>
        $"{{ name: {name}, type: STATIC, load_assignment: {{ cluster_name: {name}, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: {address.Host}, port_value: {address.Port} }} }} }} }}] }}] }} }}";
}
