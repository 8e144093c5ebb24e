namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>
/// Tenants and clients of the contract's browser tests (http.md §21) as a user of Uitsmijter has them. <c>ham</c> is the tenant of the journeys, which
/// has the same hosts; <c>egg</c> shares its login host with <c>cheese</c> and has no part in these tests.
/// </summary>
internal static class ContractEntities
{
    /// <summary>cheese-api-insecure, spelled as in the contract.</summary>
    public const string Api = "143A3135-5DE2-46D4-828F-DDCF20C72060";

    /// <summary>cheese-api-insecure-rs256.</summary>
    public const string ApiRs256 = "9F8E7D6C-5B4A-3210-FEDC-BA9876543210";

    /// <summary>cheese-spa: code only, referrers.</summary>
    public const string Spa = "5cb5b72f-b223-4c59-a4cf-a0ac96234de7";

    /// <summary>bnbc: PKCE only.</summary>
    public const string Bnbc = "e942df47-4810-4a9a-8f25-47e8cf03325d";

    /// <summary>another-bnbc.</summary>
    public const string AnotherBnbc = "4ad5d978-98b1-436b-8df6-316d700cf8f2";

    /// <summary>ham.</summary>
    public const string Ham = "cd7a444a-7aa9-4f27-9305-9e2a9c4d47ee";

    private const string LoosePattern = "http://localhost:?([0-9]+)?";

    /// <summary>Writes them.</summary>
    /// <param name="configurations">Folder with Tenants and Clients.</param>
    public static void Write(string configurations)
    {
        var tenants = Path.Combine(configurations, "Tenants");
        WriteTenant(tenants, "cheese/cheese", "[id.example.com, cookbooks.example.com, goat.example.com, toast.example.com, api.example.com, spa.example.net]",
            "interceptor: { enabled: true, domain: login.example.com, cookie: .example.com }");
        WriteTenant(tenants, "cheese/cheese-rs256", "[id-rs256.example.com, api-rs256.example.com]",
            "jwt_algorithm: RS256\n  interceptor: { enabled: true, domain: login-rs256.example.com, cookie: .example.com }");
        WriteTenant(tenants, "bnbc/bnbc", "[blog.bnbc.example, shop.bnbc.example, api1.bnbc.example, api2.bnbc.example, login.bnbc.example]",
            "silent_login: true\n  interceptor: { enabled: true, domain: login.bnbc.example, cookie: .bnbc.example }");

        var clients = Path.Combine(configurations, "Clients");
        const string threeGrants = "grant_types: [authorization_code, refresh_token, password]\n  scopes: [access, update, delete]";
        WriteClient(clients, "cheese-api-insecure", Api, "cheese/cheese", $"'{LoosePattern}', 'https://api.example.com/.*'", threeGrants);
        WriteClient(clients, "cheese-spa", Spa, "cheese/cheese", "'https://spa.example.net/.*'",
            "grant_types: [authorization_code]\n  scopes: [access]\n  referrers: ['https://spa.example.net/.*']");
        WriteClient(clients, "cheese-api-insecure-rs256", ApiRs256, "cheese/cheese-rs256", $"'{LoosePattern}'", threeGrants + "\n  allowedProviderScopes: ['user:*']");
        WriteClient(clients, "bnbc", Bnbc, "bnbc/bnbc", "'https://blog.bnbc.example/.*'", "isPkceOnly: true\n  scopes: [access]");
        WriteClient(clients, "another-bnbc", AnotherBnbc, "bnbc/bnbc", "'https://shop.bnbc.example/.*'", "isPkceOnly: true\n  scopes: [access]");
        WriteClient(clients, "ham", Ham, "ham", "'https://page.ham.test/.*', 'https://shop.ham.test/.*'", "grant_types: [authorization_code]");
    }

    private static void WriteTenant(string folder, string name, string hosts, string more) => File.WriteAllText(
        Path.Combine(folder, $"contract-{name.Replace('/', '-')}.yaml"),
        $$"""
        name: {{name}}
        config:
          hosts: {{hosts}}
          {{more}}
          providers:
            - |
              class UserLoginProvider {
                constructor(credentials) {
                  this.how = credentials.grant_type;
                  this.allowed = credentials.username.endsWith('@example.com') && credentials.password === 'correct horse';
                  commit({ subject: 'subject-of-' + credentials.username });
                }
                get canLogin() { return this.allowed; }
                get userProfile() { return { name: 'Ada Lovelace', how: this.how }; }
                get role() { return 'user'; }
                get scopes() { return ['user:list', 'admin:all']; }
              }
            - |
              class UserValidationProvider {
                constructor(args) { this.known = !args.username.startsWith('nosecondtime'); commit(true); }
                get isValid() { return this.known; }
              }
        """);

    private static void WriteClient(string folder, string name, string ident, string tenant, string redirects, string more) => File.WriteAllText(
        Path.Combine(folder, $"contract-{name}.yaml"),
        $$"""
        name: {{name}}
        config:
          ident: {{ident}}
          tenantname: {{tenant}}
          redirect_urls: [{{redirects}}]
          {{more}}
        """);
}
