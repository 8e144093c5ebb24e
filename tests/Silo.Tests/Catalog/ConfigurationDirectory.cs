using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

/// <summary>A real directory of configuration files, the sources that read it and the catalog they fill.</summary>
internal sealed class ConfigurationDirectory : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    /// <summary>What every source seals with.</summary>
    public static readonly Secret ClusterSecret = new("a-secret-of-the-cluster-with-enough-bytes");

    private readonly List<FileSource> _sources = [];

    public ConfigurationDirectory(bool withFolders = true)
    {
        Root = Directory.CreateTempSubdirectory("uitsmijter-").FullName;
        if (withFolders)
        {
            Directory.CreateDirectory(Tenants);
            Directory.CreateDirectory(Clients);
        }
    }

    public string Root { get; }

    public string Tenants => Path.Combine(Root, "Resources/Configurations/Tenants");

    public string Clients => Path.Combine(Root, "Resources/Configurations/Clients");

    public CatalogDouble Catalog { get; } = new();

    public Lines<FileSource> Log { get; } = new();

    public FileSourceOptions Options { get; set; } = new()
    {
        Debounce = TimeSpan.FromMilliseconds(20),
        Rescan = TimeSpan.FromMilliseconds(150),
        DeletionGrace = TimeSpan.FromMilliseconds(300),
        EmptiedGrace = TimeSpan.FromMilliseconds(1500),
    };

    public static string Tenant(string name, string? host = null) =>
        $"name: {name}\nconfig:\n  hosts: [{host ?? name + ".test"}]\n  providers: []\n";

    public static string Client(string name, int ident, string tenant = "a") =>
        $"name: {name}\nconfig:\n  ident: {IdentOf(ident)}\n  tenantname: {tenant}\n  redirect_urls: ['https://{name}\\.test/']\n";

    public static Guid IdentOf(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    public void WriteTenant(string file, string text) => File.WriteAllText(Path.Combine(Tenants, file), text);

    public void WriteClient(string file, string text) => File.WriteAllText(Path.Combine(Clients, file), text);

    /// <summary>Starts a source and waits until it has loaded.</summary>
    public async Task<FileSource> Start(bool monitoring = true)
    {
        var source = await StartOnly(monitoring);
        await Until(() => Catalog.IsLoaded && Log.Count("Initial load done") == _sources.Count);
        return source;
    }

    /// <summary>Starts a source.</summary>
    public async Task<FileSource> StartOnly(bool monitoring = true)
    {
        var source = Make(monitoring);
        await source.StartAsync(CancellationToken.None);
        return source;
    }

    /// <summary>A source that has not started.</summary>
    public FileSource Make(bool monitoring = true)
    {
        var settings = new ServerSettings { Directory = Root, FileMonitoring = monitoring, JwtSecret = new Secret("for-applications"), KeyEncryptionSecret = ClusterSecret };
        var publisher = new CatalogPublisher(Catalog, new StoreCredentials(new ClusterSecrets(settings, null!)), TimeProvider.System, NullLogger<CatalogPublisher>.Instance);
        var source = new FileSource(settings, Options, publisher, TimeProvider.System, Log);
        _sources.Add(source);
        return source;
    }

    public async Task Stop(FileSource source)
    {
        await source.StopAsync(CancellationToken.None);
        source.Dispose();
        _sources.Remove(source);
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task Until(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < _patience, "Never became true: " + what);
            await Task.Delay(5);
        }
    }

    /// <summary>Lets the source look at everything at least once more; whatever it was going to do on its own has happened then.</summary>
    public async Task AnotherLook()
    {
        var marker = $"marker{Guid.NewGuid():N}";
        WriteClient(marker + ".yaml", $"name: {marker}\nconfig:\n  ident: {Guid.NewGuid()}\n  tenantname: a\n  redirect_urls: []\n");
        await Until(() => Catalog.Changes.Any(change => change.Clients.Any(entry => entry.Client.Name == marker)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.ToArray())
        {
            await Stop(source);
        }

        Directory.Delete(Root, recursive: true);
    }
}
