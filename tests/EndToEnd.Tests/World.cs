using Uitsmijter.Actors.EndToEnd.Tests.Applications;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;
using Uitsmijter.Actors.EndToEnd.Tests.Proxies;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Everything one journey needs: our server, a proxy, an application and a browser, all real and all on loopback.</summary>
public abstract class World : IAsyncLifetime
{
    /// <summary>Hosts of the login pages.</summary>
    public static readonly string[] LoginHosts = ["login.example.test", "id.ham.test"];

    /// <summary>Hosts of protected applications.</summary>
    public static readonly string[] ApplicationHosts =
        ["cookbooks.example.test", "goat.example.test", "yolk.egg.example.test", "white.egg.example.test", "page.ham.test", "shop.ham.test"];

    private readonly List<IAsyncDisposable> _parts = [];
    private string _directory = "";

    /// <summary>What is not installed here, in a sentence; null when everything is there.</summary>
    public abstract string? MissingPart { get; }

    /// <summary>The browser.</summary>
    public Chromium Browser { get; } = new();

    /// <summary>The protected application.</summary>
    public EchoApplication Application { get; private set; } = null!;

    /// <summary>Our server.</summary>
    public AuthenticationServer Server { get; private set; } = null!;

    /// <summary>HTTPS port of the proxy.</summary>
    public int Port { get; private set; }

    /// <summary>Host with the proxy's port.</summary>
    public string Authority(string host) => $"{host}:{Port}";

    /// <summary>An address as a person types it.</summary>
    public string Url(string host, string target) => $"https://{Authority(host)}{target}";

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (MissingPart is not null)
        {
            return;
        }

        Port = Ports.Free(1)[0];
        _directory = Directory.CreateTempSubdirectory("uitsmijter-world-").FullName;
        Certificate.Write(_directory, LoginHosts.Concat(ApplicationHosts));
        Tenants.Write(Path.Combine(_directory, "Resources", "Configurations"), Port);
        Application = Kept(await EchoApplication.Start());
        Server = Kept(await StartServer(_directory, new Dictionary<string, string>
        {
            ["JWT_SECRET"] = Tenants.JwtSecret,
            ["KEY_ENCRYPTION_SECRET"] = "a secret for the tests of this project only",
            ["LOG_FORMAT"] = "ndjson",
        }));
        Kept(await StartProxy(_directory));
        await Browser.InitializeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        if (_directory.Length > 0)
        {
            Directory.Delete(_directory, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Starts our server; embedded unless a world says otherwise.</summary>
    protected virtual Task<AuthenticationServer> StartServer(string directory, IReadOnlyDictionary<string, string> settings) =>
        AuthenticationServer.Embedded(directory, settings);

    /// <summary>Starts the proxy on <see cref="Port"/>.</summary>
    protected abstract Task<IAsyncDisposable> StartProxy(string directory);

    /// <summary>A sentence when a program is not installed, else null.</summary>
    protected static string? Missing(params string[] programs) =>
        Chromium.IsMissing
            ? "chromium is not installed"
            : programs.Where(static program => ChildProcess.Find(program) is null).Select(static program => program + " is not installed").FirstOrDefault();

    /// <summary>True when a program is on the PATH; says which of the two runs.</summary>
    protected static bool RealOrDouble(string program)
    {
        var isReal = ChildProcess.Find(program) is not null;
        Console.WriteLine(isReal ? $"{program}: the real one" : $"{program}: not installed, its double runs");
        return isReal;
    }

    private T Kept<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
