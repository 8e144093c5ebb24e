using System.Globalization;

namespace Uitsmijter.Actors.Cluster.Tests.Processes;

/// <summary>The tenants and clients of a test cluster, as the YAML files a person would write.</summary>
internal sealed class Entities : IDisposable
{
    /// <summary>Tenants people log in at.</summary>
    public static readonly string[] Tenants = ["cheese", "bread"];

    /// <summary>The tenant whose configuration changes all the time; its issuer carries the version.</summary>
    public const string Changing = "changing";

    /// <summary>Secret of the confidential clients.</summary>
    public const string Secret = "a-secret-of-the-tests-0123456789";

    /// <summary>Where codes are sent.</summary>
    public const string Callback = "https://app.client.test/callback";

    /// <summary>Password of everybody.</summary>
    public const string Password = "correct horse";

    /// <summary>The grace of refresh tokens, short so that a test can wait for its end.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private Entities(string directory) => Directory = directory;

    /// <summary><c>DIRECTORY</c> of the processes.</summary>
    public string Directory { get; }

    /// <summary>Id of a tenant's client with a secret.</summary>
    public static string Web(string tenant) => $"6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a{(tenant == Tenants[0] ? "a1" : "b1")}";

    /// <summary>Id of a tenant's client without a browser.</summary>
    public static string Television(string tenant) => $"6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a{(tenant == Tenants[0] ? "a2" : "b2")}";

    /// <summary>Writes them into a new folder.</summary>
    public static Entities Write()
    {
        var entities = new Entities(System.IO.Directory.CreateTempSubdirectory("uitsmijter-cluster-").FullName);
        foreach (var kind in new[] { "Tenants", "Clients" })
        {
            System.IO.Directory.CreateDirectory(Path.Combine(entities.Configurations, kind));
        }

        foreach (var tenant in Tenants)
        {
            entities.WriteTenant(tenant);
            entities.WriteClient(tenant + "-web", Web(tenant), tenant, $"secret: {Secret}\n  grant_types: [authorization_code, refresh_token]");
            entities.WriteClient(tenant + "-tv", Television(tenant), tenant, "grant_types: [device_code, refresh_token]\n  device_grant_config: { expires_in: 600, interval: 1 }");
        }

        entities.WriteVersion(1);
        return entities;
    }

    /// <summary>Writes a version of the changing tenant; a negative one is not valid and must not replace anything.</summary>
    public void WriteVersion(int version) => Put("Tenants", Changing,
        $$"""
        name: {{Changing}}
        config:
          hosts: [id.{{Changing}}.test]
          issuer: https://id.{{Changing}}.test/version/{{version}}
          jwt_algorithm: {{(version < 0 ? "ROT13" : "ES256")}}
          providers: []
        """);

    /// <summary>Takes a tenant and its two clients away.</summary>
    public void Forget(string tenant)
    {
        File.Delete(Path.Combine(Configurations, "Tenants", tenant + ".yaml"));
        File.Delete(Path.Combine(Configurations, "Clients", tenant + "-web.yaml"));
        File.Delete(Path.Combine(Configurations, "Clients", tenant + "-tv.yaml"));
    }

    /// <inheritdoc />
    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private string Configurations => Path.Combine(Directory, "Resources", "Configurations");

    private void WriteTenant(string tenant) => Put("Tenants", tenant,
        $$"""
        name: {{tenant}}
        config:
          hosts: [id.{{tenant}}.test, app.{{tenant}}.test]
          jwt_algorithm: ES256
          interceptor:
            enabled: true
            domain: id.{{tenant}}.test
            cookie: .{{tenant}}.test
            headers: { X-User-Email: profile.email }
          providers:
            - |
              class UserLoginProvider {
                constructor(credentials) {
                  this.name = credentials.username;
                  this.allowed = credentials.password === '{{Password}}';
                  commit({ subject: 'subject-of-' + credentials.username });
                }
                get canLogin() { return this.allowed; }
                get userProfile() { return { name: this.name, email: this.name }; }
                get role() { return 'user'; }
              }
            - |
              class UserValidationProvider {
                constructor(args) { commit(true); }
                get isValid() { return true; }
              }
        """);

    private void WriteClient(string name, string ident, string tenant, string more) => Put("Clients", name,
        $$"""
        name: {{name}}
        config:
          ident: {{ident}}
          tenantname: {{tenant}}
          redirect_urls: ["https://app\\.client\\.test/callback"]
          scopes: [openid, profile, email]
          token_lives: { refresh_grace_seconds: {{Grace.TotalSeconds.ToString(CultureInfo.InvariantCulture)}} }
          {{more}}
        """);

    // Written beside and moved, as a careful person's editor does: nobody ever reads half a file.
    private void Put(string kind, string name, string text)
    {
        var draft = Path.Combine(Directory, name + ".draft");
        File.WriteAllText(draft, text);
        File.Move(draft, Path.Combine(Configurations, kind, name + ".yaml"), overwrite: true);
    }
}
