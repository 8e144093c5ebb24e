using System.Net;
using Uitsmijter.Actors.EndToEnd.Tests.Applications;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;
using Uitsmijter.Actors.EndToEnd.Tests.Proxies;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Our server with its tenants, and an application to protect: everything that proxies and browsers share.</summary>
public sealed class World : IAsyncDisposable
{
    /// <summary>Hosts of the login pages.</summary>
    public static readonly string[] LoginHosts = ["login.example.test", "id.ham.test"];

    /// <summary>Hosts the proxies protect: applications, one whose tenant is switched off, and one nobody knows.</summary>
    public static readonly string[] ApplicationHosts =
    [
        "cookbooks.example.test", "goat.example.test", "yolk.egg.example.test", "white.egg.example.test", "page.ham.test", "shop.ham.test",
        "closed.example.test", "unknown.example.test",
    ];

    /// <summary><c>MANAGEMENT_TOKEN</c> of the server.</summary>
    public const string ManagementToken = "a management token for the tests of this project";

    private readonly string _directory;

    private World(string directory, int port, AuthenticationServer server, EchoApplication application) =>
        (_directory, Port, Server, Application) = (directory, port, server, application);

    /// <summary>The protected application.</summary>
    public EchoApplication Application { get; }

    /// <summary>Our server.</summary>
    public AuthenticationServer Server { get; }

    /// <summary>The server as clients know it that reach it directly: the issuer of the tenant <c>certification</c>.</summary>
    public string Issuer => IssuerOf(Server);

    /// <summary>HTTPS port of every proxy before this server: the addresses of the login pages carry it.</summary>
    public int Port { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="start">How: <see cref="AuthenticationServer.Embedded"/> or <see cref="AuthenticationServer.Separate"/>.</param>
    public static async Task<World> Start(Func<string, IReadOnlyDictionary<string, string>, Task<AuthenticationServer>> start)
    {
        var port = Ports.Free(1)[0];
        var directory = Directory.CreateTempSubdirectory("uitsmijter-world-").FullName;
        Certificate.Write(directory, LoginHosts.Concat(ApplicationHosts));
        Tenants.Write(Path.Combine(directory, "Resources", "Configurations"), port);
        ContractEntities.Write(Path.Combine(directory, "Resources", "Configurations"));
        var server = await start(directory, new Dictionary<string, string>
        {
            ["JWT_SECRET"] = Tenants.JwtSecret,
            ["KEY_ENCRYPTION_SECRET"] = "a secret for the tests of this project only",
            ["MANAGEMENT_TOKEN"] = ManagementToken,
            ["LOG_FORMAT"] = "ndjson",
        });
        // Only now its port is known, which an issuer without a proxy carries.
        Certification.Write(Path.Combine(directory, "Resources", "Configurations"), IssuerOf(server));
        await KnowsEveryTenant(server);
        return new World(directory, port, server, await EchoApplication.Start());
    }

    /// <summary>What a proxy needs to stand before this world.</summary>
    /// <param name="address">Loopback address of the proxy.</param>
    public ProxySite Site(string address) => new()
    {
        Address = address,
        Port = Port,
        ApplicationHosts = ApplicationHosts,
        LoginHosts = LoginHosts,
        Server = Server.Address,
        Application = Application.Address,
        Certificates = _directory,
    };

    /// <summary>Writes the file of a tenant, anew or for the first time; the server notices by itself.</summary>
    /// <param name="name">The tenant's name.</param>
    /// <param name="yaml">Its configuration.</param>
    public void WriteTenant(string name, string yaml) => File.WriteAllText(Path.Combine(_directory, "Resources", "Configurations", "Tenants", $"{name}.yaml"), yaml);

    /// <summary>Writes a page of a tenant's own look; the server notices by itself.</summary>
    /// <param name="slug">The tenant's folder.</param>
    /// <param name="page">The page.</param>
    /// <param name="template">Its template.</param>
    public void WriteView(string slug, string page, string template) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "Resources", "Views", slug)).FullName, $"{page}.hbs"), template);

    /// <summary>Writes the file of a client; the server notices by itself.</summary>
    /// <param name="name">The client's name.</param>
    /// <param name="yaml">Its configuration.</param>
    public void WriteClient(string name, string yaml) => File.WriteAllText(Path.Combine(_directory, "Resources", "Configurations", "Clients", $"{name}.yaml"), yaml);

    /// <summary>Deletes the file of a client; the server notices by itself.</summary>
    /// <param name="name">The client's name.</param>
    public void DeleteClient(string name) => File.Delete(Path.Combine(_directory, "Resources", "Configurations", "Clients", $"{name}.yaml"));

    /// <summary>Edits the file of a client; the server notices by itself.</summary>
    /// <param name="name">The client's name.</param>
    /// <param name="before">A text in it.</param>
    /// <param name="after">What stands there then.</param>
    public void EditClient(string name, string before, string after)
    {
        var file = Path.Combine(_directory, "Resources", "Configurations", "Clients", $"{name}.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace(before, after, StringComparison.Ordinal));
    }

    private static string IssuerOf(AuthenticationServer server) => $"http://localhost:{server.Address.Port}";

    /// <summary>The first question of a tenant makes its keys, which takes a busy machine longer than a proxy waits.</summary>
    private static async Task KnowsEveryTenant(AuthenticationServer server)
    {
        using var visitor = new Visitor(server.Address);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (var host in ApplicationHosts)
        {
            for (var status = HttpStatusCode.ServiceUnavailable; status == HttpStatusCode.ServiceUnavailable;)
            {
                patience.Token.ThrowIfCancellationRequested();
                using var answer = await visitor.Ask("traefik", host);
                status = answer.StatusCode;
            }
        }

        await KnowsItsIssuer(server, patience.Token);
        await KnowsItsClients(server, patience.Token);
    }

    private static async Task KnowsItsIssuer(AuthenticationServer server, CancellationToken patience)
    {
        using var client = new HttpClient();
        var (metadata, keys) = (new Uri(IssuerOf(server) + "/.well-known/openid-configuration"), new Uri(IssuerOf(server) + "/.well-known/jwks.json"));
        while (true)
        {
            using var answer = await client.GetAsync(metadata, patience);
            using var published = await client.GetAsync(keys, patience);
            if ((await answer.Content.ReadAsStringAsync(patience)).Contains($"\"{IssuerOf(server)}\"", StringComparison.Ordinal) && published.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            await Task.Delay(50, patience);
        }
    }

    // A tenant may be known a moment before its clients: they are files of their own, written after the server had started.
    private static async Task KnowsItsClients(AuthenticationServer server, CancellationToken patience)
    {
        using var client = new HttpClient();
        while (true)
        {
            using var ask = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = "none", ["client_id"] = Certification.Public });
            using var answer = await client.PostAsync(new Uri(IssuerOf(server) + "/token"), ask, patience);
            if (answer.StatusCode == HttpStatusCode.BadRequest)
            {
                return;
            }

            await Task.Delay(50, patience);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await Server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
