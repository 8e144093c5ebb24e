namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A tenant whose provider gives scopes, and its clients for passwords, exchanges and bound tokens.</summary>
internal static class GrantClients
{
    public const string Host = "id.pantry.test";
    public const string Issuer = "https://id.pantry.test";
    public const string Password = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b01";
    public const string Plain = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b02";
    public const string NoProviderScopes = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b03";
    public const string Service = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b04";
    public const string Delegate = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b05";
    public const string Bound = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b06";
    public const string Throttled = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b07";

    /// <summary>Host of a tenant whose script says no more than who may log in, and which has no script that validates.</summary>
    public const string BareHost = "id.bare.test";

    /// <summary>A client of it.</summary>
    public const string Bare = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b08";

    /// <summary>Host of a tenant whose every client must push its requests, and of one where only some must.</summary>
    public const string PushingHost = "id.pushing.test";
    public const string CellarHost = "id.cellar.test";

    /// <summary>A public client of the cellar that must push its requests; its neighbours need not.</summary>
    public const string MustPushItself = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b0b";

    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    private const string MustPush = "require_pushed_authorization_requests: true";

    public static void Write(string configurations)
    {
        foreach (var (name, algorithm) in new[] { ("pantry", "ES256"), ("cellar", "RS256") })
        {
            File.WriteAllText(Path.Combine(configurations, "Tenants", $"{name}.yaml"),
                $$"""
                name: {{name}}
                config:
                  hosts: [id.{{name}}.test]
                  jwt_algorithm: {{algorithm}}
                  providers:
                    - |
                      class UserLoginProvider {
                        constructor(credentials) {
                          this.name = credentials.username;
                          this.grant = credentials.grant_type;
                          this.allowed = credentials.password === 'correct horse';
                          commit({ subject: 'subject-of-' + credentials.username });
                        }
                        get canLogin() { return this.allowed; }
                        get userProfile() { return { name: 'Ada Lovelace', grant: this.grant }; }
                        get role() { return 'cook'; }
                        get scopes() { return this.name.startsWith('plus') ? ['user:a+access'] : ['user:list', 'admin:write']; }
                      }
                """);
        }

        File.WriteAllText(Path.Combine(configurations, "Tenants", "bare.yaml"),
            """
            name: bare
            config:
              hosts: [id.bare.test]
              jwt_algorithm: ES256
              providers:
                - |
                  class UserLoginProvider {
                    constructor(credentials) { this.allowed = credentials.password === 'correct horse'; commit({ subject: credentials.username }); }
                    get canLogin() { return this.allowed; }
                  }
            """);
        File.WriteAllText(Path.Combine(configurations, "Tenants", "pushing.yaml"), $"name: pushing\nconfig:\n  hosts: [{PushingHost}]\n  providers: []\n");
        Write(configurations, "pushing-web", "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b09", "pushing", MustPush);
        Write(configurations, "pushing-spa", "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b0a", "pushing", MustPush);
        Write(configurations, "cellar-pushing", MustPushItself, "cellar", MustPush);
        Write(configurations, "bare-web", Bare, "bare", $"secret: {RelyingParty.Secret}", "read, list");
        var shared = $"secret: {RelyingParty.Secret}\n  allowedProviderScopes: [\"user:*\"]";
        Write(configurations, "kitchen", Password, "pantry", $"{shared}\n  grant_types: [password, authorization_code, refresh_token, client_credentials]\n  resources: [\"https://stock.test\", \"{Issuer}\"]");
        Write(configurations, "plain", Plain, "pantry", $"{shared}\n  grant_types: [authorization_code, refresh_token]");
        Write(configurations, "narrow", NoProviderScopes, "pantry", $"secret: {RelyingParty.Secret}\n  grant_types: [password]");
        Write(configurations, "service", Service, "pantry", $"{shared}\n  grant_types: [client_credentials, \"{Exchange}\"]\n  resources: [\"https://stock.test\"]\n  token_exchange: {{ subject_clients: [{Password}], allow_impersonation: true, audiences: [stock] }}");
        Write(configurations, "delegate", Delegate, "pantry", $"{shared}\n  grant_types: [client_credentials, \"{Exchange}\"]\n  token_exchange: {{ subject_clients: [{Password}, {Service}] }}");
        Write(configurations, "bound", Bound, "pantry", $"{shared}\n  grant_types: [password, client_credentials]\n  dpop_bound_access_tokens: true");
        Write(configurations, "throttled", Throttled, "cellar", $"secret: {RelyingParty.Secret}\n  grant_types: [password]");
    }

    private static void Write(string configurations, string name, string ident, string tenant, string more, string scopes = "access, openid, \"user:list\"") => File.WriteAllText(Path.Combine(configurations, "Clients", $"{name}.yaml"),
        $$"""
        name: {{name}}
        config:
          ident: {{ident}}
          tenantname: {{tenant}}
          redirect_urls: [https://app.shop.test/callback]
          scopes: [{{scopes}}]
          {{more}}
        """);
}
