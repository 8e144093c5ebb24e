namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>The tenants of the journeys, as the YAML files a person would write.</summary>
internal static class Tenants
{
    /// <summary><c>JWT_SECRET</c> of the server.</summary>
    public const string JwtSecret = "forTestingPurposesOnly-and-long-enough";

    private const string Provider =
        """
            - |
              class UserLoginProvider {
                constructor(credentials) {
                  this.name = credentials.username;
                  this.allowed = credentials.username.endsWith('@example.com') && credentials.password === 'correct horse';
                  commit({ subject: 'subject-of-' + credentials.username });
                }
                get canLogin() { return this.allowed; }
                get userProfile() { return { name: 'Ada Lovelace', email: this.name }; }
                get role() { return 'user'; }
              }
            - |
              class UserValidationProvider {
                constructor(args) { this.known = !args.username.startsWith('gone'); commit(true); }
                get isValid() { return this.known; }
              }
        """;

    /// <summary>Writes four tenants whose login pages are behind the proxy's port.</summary>
    public static void Write(string configurations, int port)
    {
        var folder = Directory.CreateDirectory(Path.Combine(configurations, "Tenants")).FullName;
        Directory.CreateDirectory(Path.Combine(configurations, "Clients"));
        File.WriteAllText(Path.Combine(folder, "cheese.yaml"),
            $$"""
            name: cheese
            config:
              hosts: [cookbooks.example.test, goat.example.test]
              jwt_algorithm: ES256
              informations: { imprint_url: "https://cheese.example.test/imprint", privacy_url: "https://cheese.example.test/privacy" }
              interceptor:
                enabled: true
                domain: login.example.test:{{port}}
                cookie: .example.test
                headers: { X-User-Email: profile.email }
                public_paths: ["/public/**"]
              providers:
            {{Provider}}
            """);
        File.WriteAllText(Path.Combine(folder, "egg.yaml"),
            $$"""
            name: egg
            config:
              hosts: ["*.egg.example.test"]
              interceptor: { enabled: true, domain: "login.example.test:{{port}}", cookie: .example.test, headers: { X-User-Email: profile.email } }
              providers:
            {{Provider}}
            """);
        File.WriteAllText(Path.Combine(folder, "pepper.yaml"),
            $$"""
            name: pepper
            config:
              hosts: [closed.example.test]
              interceptor: { enabled: false, domain: "login.example.test:{{port}}" }
              providers: []
            """);
        File.WriteAllText(Path.Combine(folder, "ham.yaml"),
            $$"""
            name: ham
            config:
              hosts: [id.ham.test, page.ham.test, shop.ham.test]
              silent_login: false
              jwt_algorithm: RS256
              interceptor: { enabled: true, domain: "id.ham.test:{{port}}", cookie: .ham.test, headers: { X-User-Email: profile.email } }
              providers:
            {{Provider}}
            """);
        WriteOAuth(configurations, folder);
        OAuth.GrantClients.Write(configurations);
        OAuth.PropertyClients.Write(configurations);
    }

    /// <summary>Two tenants with clients: one with a key pair, one with the shared secret.</summary>
    private static void WriteOAuth(string configurations, string folder)
    {
        foreach (var (name, algorithm) in new[] { ("shop", "ES256"), ("old", "HS256") })
        {
            File.WriteAllText(Path.Combine(folder, $"{name}.yaml"),
                $$"""
                name: {{name}}
                config:
                  hosts: [id.{{name}}.test]
                  jwt_algorithm: {{algorithm}}
                  providers:
                {{Provider}}
                """);
        }

        var clients = Path.Combine(configurations, "Clients");
        WriteClient(clients, "shop-web", OAuth.RelyingParty.Web, "shop", "secret: a-secret-of-the-shop-0123456789\n  grant_types: [authorization_code, refresh_token, client_credentials]");
        WriteClient(clients, "shop-spa", OAuth.RelyingParty.Spa, "shop", "grant_types: [authorization_code, refresh_token]");
        OAuth.ProvenClients.Write(clients);
        WriteClient(clients, "shop-guessed", OAuth.ClientLimits.Guessed, "shop", $"secret: {OAuth.ClientLimits.Secret}\n  grant_types: [client_credentials]");
        WriteClient(clients, "shop-guessed-too", OAuth.ClientLimits.GuessedByName, "shop", $"secret: {OAuth.ClientLimits.Secret}\n  introspection: tenant");
        WriteClient(clients, "shop-pushing", OAuth.ClientLimits.Pushing, "shop", "grant_types: [authorization_code]");
        const string Leaves = "secret: a-secret-of-the-shop-0123456789\n  post_logout_redirect_urls: [https://app.shop.test/bye]";
        WriteClient(clients, "shop-leaving", OAuth.RelyingParty.Leaving, "shop", Leaves);
        WriteClient(clients, "shop-framed", OAuth.RelyingParty.Framed, "shop", Leaves + "\n  frontchannel_logout_uri: https://app.shop.test/front?x=1\n  frontchannel_logout_session_required: true");
        WriteClient(clients, "shop-told", OAuth.RelyingParty.Told, "shop", $"{Leaves}\n  backchannel_logout_uri: {Conformance.LogoutReceiver.Address}?x=1", "openid, profile, offline_access, \"orders:*\"");
        WriteClient(clients, "shop-choosing", OAuth.ChosenAlgorithm.Choosing, "shop",
            $"{Leaves}\n  id_token_signed_response_alg: RS256\n  backchannel_logout_uri: {Conformance.LogoutReceiver.Address}?x=2\n  grant_types: [authorization_code, refresh_token, 'urn:ietf:params:oauth:grant-type:token-exchange']\n  token_exchange: {{ subject_clients: [], allow_impersonation: true, audiences: [stock] }}");
        WriteClient(clients, "old-choosing", OAuth.ChosenAlgorithm.OldChoosing, "old", "secret: a-secret-of-the-shop-0123456789\n  id_token_signed_response_alg: ES256");
        WriteClient(clients, "shop-tv", OAuth.Devices.Television, "shop", "grant_types: [device_code, refresh_token]\n  device_grant_config: { expires_in: 1800, interval: 5 }");
        WriteClient(clients, "shop-printer", OAuth.Devices.Printer, "shop", "secret: a-secret-of-the-shop-0123456789\n  grant_types: [device_code]\n  device_grant_config: { expires_in: 600, interval: 1 }");
        WriteClient(clients, "shop-brief", OAuth.Devices.Brief, "shop", "grant_types: [device_code]\n  device_grant_config: { expires_in: 1, interval: 1 }");
        WriteClient(clients, "cheese-tv", OAuth.Devices.CheeseTelevision, "cheese", "grant_types: [device_code, refresh_token]\n  device_grant_config: { interval: 1 }");
        WriteClient(clients, "cheese-web", OAuth.Consent.CheeseWeb, "cheese",
            "grant_types: [authorization_code]\n  frontchannel_logout_uri: https://app.shop.test/front\n"
            + "  informations: { display_name: Cheese Shop, client_uri: https://app.shop.test/, policy_uri: https://app.shop.test/privacy, tos_uri: https://app.shop.test/terms }");
        WriteClient(clients, "shop-asking", OAuth.Consent.Asking, "shop", "secret: a-secret-of-the-shop-0123456789\n  require_consent: true\n  resources: [https://api.shop.test/orders]");
        WriteClient(clients, OAuth.TokenAttacks.DoomedName, OAuth.TokenAttacks.Doomed, "shop", "secret: a-secret-of-the-shop-0123456789\n  grant_types: [client_credentials]");
        WriteClient(clients, OAuth.TokenAttacks.RotatedName, OAuth.TokenAttacks.Rotated, "shop", "secret: a-secret-of-the-shop-0123456789\n  grant_types: [client_credentials]");
        WriteClient(clients, "shop-reader", OAuth.TokenAttacks.Reader, "shop", "secret: a-secret-of-the-shop-0123456789\n  introspection: tenant");
        WriteClient(clients, "old-web", OAuth.RelyingParty.Old, "old", "secret: a-secret-of-the-shop-0123456789");
        WriteDairy(folder, clients);
    }

    /// <summary>A tenant whose script knows strong logins, gives scopes and tells a long profile.</summary>
    private static void WriteDairy(string folder, string clients)
    {
        File.WriteAllText(Path.Combine(folder, "dairy.yaml"),
            """
            name: dairy
            config:
              hosts: [id.dairy.test]
              jwt_algorithm: ES256
              providers:
                - |
                  class UserLoginProvider {
                    constructor(credentials) {
                      this.name = credentials.username;
                      this.allowed = credentials.password === 'correct horse';
                      this.strong = (credentials.acr_values ?? '').split(' ').includes('urn:dairy:strong') && credentials.username.startsWith('strong');
                      commit({ subject: 'subject-of-' + credentials.username });
                    }
                    get canLogin() { return this.allowed; }
                    get userProfile() {
                      return { about: 'long '.repeat(this.name.startsWith('wordy') ? 1500 : 0), displayName: 'Ada Lovelace', firstName: 'Ada', lastName: 'Lovelace', mail: this.name, emailVerified: 'true', phone: '+44 1', address: 'London',
                        updatedAt: '2026-01-02T03:04:05Z', language: 'en-GB', avatar: '', shoe: 38, sub: 'root', iss: 'evil' };
                    }
                    get role() { return 'milker'; }
                    get scopes() { return ['user:list', 'user:add', 'admin:all']; }
                    get acr() { return this.strong ? 'urn:dairy:strong' : 'urn:dairy:plain'; }
                    get amr() { return this.strong ? ['pwd', 'otp'] : ['pwd']; }
                  }
                - |
                  class UserValidationProvider { constructor(args) { commit(true); } get isValid() { return true; } }
            """);
        WriteClient(
            clients, "dairy-web", OAuth.RelyingParty.Dairy, "dairy",
            "secret: a-secret-of-the-shop-0123456789\n  allowedProviderScopes: [\"user:*\", \"can:*\"]\n  allow_plain_pkce: true", "openid, email, adress, profile, phone, address");
        WriteClient(
            clients, "dairy-referred", OAuth.RelyingParty.Referred, "dairy", "secret: a-secret-of-the-shop-0123456789\n  referrers: [\"https://app.shop.test/.*\"]", "openid");
    }

    private static void WriteClient(string folder, string name, string ident, string tenant, string more, string scopes = "openid, profile, email, \"orders:*\"") => File.WriteAllText(Path.Combine(folder, $"{name}.yaml"),
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
