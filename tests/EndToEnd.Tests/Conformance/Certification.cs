namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>
/// The tenant and the clients that the modules of the OpenID Foundation and the independent clients talk to: a provider at
/// <c>http://localhost:port</c>, reached at its real address, whose users have every claim of OpenID Connect Core §5.1.
/// </summary>
internal static class Certification
{
    /// <summary>The client of the modules.</summary>
    public const string First = "c0f00000-0000-4000-8000-000000000001";

    /// <summary>The modules' second client, for what must not pass from one client to the other.</summary>
    public const string Second = "c0f00000-0000-4000-8000-000000000002";

    /// <summary>Its registered address has a query.</summary>
    public const string WithQuery = "c0f00000-0000-4000-8000-000000000003";

    /// <summary>Its registered address has a fragment, which none may have.</summary>
    public const string WithFragment = "c0f00000-0000-4000-8000-000000000004";

    /// <summary>A client without a secret.</summary>
    public const string Public = "c0f00000-0000-4000-8000-000000000005";

    /// <summary>Signs assertions with its secret.</summary>
    public const string BySecretJwt = "c0f00000-0000-4000-8000-000000000006";

    /// <summary>Signs assertions with its private key.</summary>
    public const string ByPrivateKey = "c0f00000-0000-4000-8000-000000000007";

    /// <summary>Signs assertions with a key it publishes.</summary>
    public const string ByJwksUri = "c0f00000-0000-4000-8000-000000000008";

    /// <summary>Hears of logouts by a frame of the logout page.</summary>
    public const string Framed = "c0f00000-0000-4000-8000-000000000009";

    /// <summary>The secret of every client that has one. Its characters must be encoded in HTTP Basic (RFC 6749 §2.3.1).</summary>
    public const string Secret = "a secret: of 100% & more+than/32=bytes";

    /// <summary>Where answers go.</summary>
    public const string Callback = "https://rp.test/callback";

    /// <summary>Where the answers of <see cref="WithQuery"/> go.</summary>
    public const string CallbackWithQuery = Callback + "?dummy1=lorem&dummy2=ipsum";

    /// <summary>Where the answers of native and local clients go; their port is free (RFC 8252 §7.3).</summary>
    public const string LoopbackCallback = "http://127.0.0.1/callback";

    /// <summary>Name of the tenant.</summary>
    public const string Tenant = "certification";

    /// <summary>The person who logs in.</summary>
    public const string User = "ada@example.com";

    /// <summary>Their password.</summary>
    public const string Password = "correct horse";

    /// <summary>Their subject.</summary>
    public const string Subject = "subject-of-ada@example.com";

    private const string Grants = "[authorization_code, refresh_token, client_credentials, password, device_code, 'urn:ietf:params:oauth:grant-type:token-exchange']";

    private const string CodeGrants = "[authorization_code, refresh_token]";

    private const string More =
        """

          device_grant_config: { expires_in: 600, interval: 1 }
          post_logout_redirect_urls: ['http://127.0.0.1/callback', 'http://127.0.0.1:[0-9]+/signout-callback-oidc']
          token_exchange: { subject_clients: [], audiences: [stock] }
        """;

    /// <summary>The client that proves itself by a method.</summary>
    /// <param name="method">As <c>token_endpoint_auth_method</c>.</param>
    public static string ClientOf(string method) => method switch
    {
        "none" => Public,
        "client_secret_jwt" => BySecretJwt,
        "private_key_jwt" => ByPrivateKey,
        _ => First,
    };

    /// <summary>Writes them for a server at a port.</summary>
    /// <param name="configurations">Folder with Tenants and Clients.</param>
    /// <param name="issuer">The server's address as its clients know it.</param>
    public static void Write(string configurations, string issuer)
    {
        var clients = Path.Combine(configurations, "Clients");
        WriteClient(clients, "first", First, $"'{Callback}', '{LoopbackCallback}', 'http://127.0.0.1/signin-oidc', 'http://127.0.0.1/signout-callback-oidc'", $"secret: '{Secret}'{More}", Grants);
        WriteClient(clients, "second", Second, $"'{Callback}'", $"secret: '{Secret}'", CodeGrants);
        WriteClient(clients, "with-query", WithQuery, $"'{CallbackWithQuery}'", $"secret: '{Secret}'", CodeGrants);
        WriteClient(clients, "with-fragment", WithFragment, $"'{Callback}#fragment'", $"secret: '{Secret}'", CodeGrants);
        WriteClient(clients, "public", Public, $"'{LoopbackCallback}'", "isPkceOnly: true\n  post_logout_redirect_urls: ['http://127.0.0.1/callback']", CodeGrants);
        const string mayAssert = "[authorization_code, refresh_token, client_credentials, password]";
        WriteClient(clients, "by-secret-jwt", BySecretJwt, $"'{LoopbackCallback}'", $"secret: '{Secret}'\n  token_endpoint_auth_method: client_secret_jwt", mayAssert);
        WriteClient(clients, "by-private-key", ByPrivateKey, $"'{LoopbackCallback}', 'http://127.0.0.1/signin-oidc'", $"jwks: '{IndependentClients.ClientKey.PublicSet}'\n  token_endpoint_auth_method: private_key_jwt", mayAssert);
        WriteClient(clients, "by-jwks-uri", ByJwksUri, $"'{Callback}'", $"jwks_uri: {PublishedKeys.OfThisRun.Address}\n  token_endpoint_auth_method: private_key_jwt", CodeGrants);
        WriteClient(
            clients, "framed", Framed, "'http://127.0.0.1/signin-oidc'",
            $"secret: '{Secret}'\n  frontchannel_logout_uri: {IndependentClients.MicrosoftApplication.Framed}signout-oidc\n  frontchannel_logout_session_required: true", CodeGrants);
        WriteTenant(Path.Combine(configurations, "Tenants"), issuer);
    }

    private static void WriteClient(string folder, string name, string ident, string callbacks, string proof, string grants) => File.WriteAllText(
        Path.Combine(folder, $"certification-{name}.yaml"),
        $$"""
        name: certification-{{name}}
        config:
          ident: {{ident}}
          tenantname: {{Tenant}}
          redirect_urls: [{{callbacks}}]
          grant_types: {{grants}}
          scopes: [openid, profile, email, address, phone, offline_access, "orders:*"]
          {{proof}}
        """);

    private static void WriteTenant(string folder, string issuer) => File.WriteAllText(
        Path.Combine(folder, $"{Tenant}.yaml"),
        $$"""
        name: {{Tenant}}
        config:
          hosts: [localhost]
          issuer: {{issuer}}
          jwt_algorithm: RS256
          providers:
            - |
              class UserLoginProvider {
                constructor(credentials) {
                  this.name = credentials.username;
                  this.allowed = credentials.username.endsWith('@example.com') && credentials.password === '{{Password}}';
                  commit({ subject: 'subject-of-' + credentials.username });
                }
                get canLogin() { return this.allowed; }
                get userProfile() {
                  return {
                    name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace', middle_name: 'King', nickname: 'Ada', preferred_username: 'ada',
                    profile: 'https://example.com/ada', picture: 'https://example.com/ada.png', website: 'https://example.com', gender: 'female',
                    birthdate: '1815-12-10', zoneinfo: 'Europe/London', locale: 'en-GB', updated_at: 1700000000,
                    email: this.name, email_verified: true, phone_number: '+44 20 7946 0000', phone_number_verified: false,
                    address: { formatted: '12 St James Square, London', locality: 'London', country: 'UK' },
                  };
                }
                get role() { return 'user'; }
              }
            - |
              class UserValidationProvider {
                constructor(args) { commit(true); }
                get isValid() { return true; }
              }
        """);
}
