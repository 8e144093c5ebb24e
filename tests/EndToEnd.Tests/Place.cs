using Uitsmijter.Actors.EndToEnd.Tests.Browsing;
using Uitsmijter.Actors.EndToEnd.Tests.Proxies;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>A proxy before a world, and a browser before the proxy.</summary>
/// <param name="worlds">Both worlds.</param>
/// <param name="proxy">Name of the proxy's program.</param>
/// <param name="address">Loopback address of the proxy; every place of a world has its own.</param>
/// <param name="overRedis">Which world.</param>
public abstract class Place(Worlds worlds, string proxy, string address, bool overRedis) : IAsyncLifetime
{
    private IAsyncDisposable? _proxy;

    /// <summary>What is not installed here, in a sentence; null when everything is there.</summary>
    public string? MissingPart => Chromium.IsMissing ? "chromium is not installed" : new[] { HasDouble ? null : proxy, overRedis ? "redis-server" : null }
        .OfType<string>().Where(static program => ChildProcess.Find(program) is null).Select(static program => program + " is not installed").FirstOrDefault();

    /// <summary>The browser.</summary>
    public Chromium Browser { get; } = new(address);

    /// <summary>The world behind the proxy.</summary>
    public World World { get; private set; } = null!;

    /// <summary>Name of the proxy's program.</summary>
    public string Proxy => proxy;

    private bool HasDouble => proxy is "traefik" or "envoy";

    /// <summary>Host with the proxy's port.</summary>
    public string Authority(string host) => $"{host}:{World.Port}";

    /// <summary>An address as a person types it.</summary>
    public string Url(string host, string target) => $"https://{Authority(host)}{target}";

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (MissingPart is not null)
        {
            return;
        }

        World = await (overRedis ? worlds.OverRedis : worlds.Embedded);
        _proxy = await StartProxy(World.Site(address));
        await Browser.InitializeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<IAsyncDisposable> StartProxy(ProxySite site)
    {
        var isReal = ChildProcess.Find(proxy) is not null;
        Console.WriteLine(isReal ? $"{proxy}: the real one" : $"{proxy}: not installed, its double runs");
        return (isReal, proxy) switch
        {
            (true, _) => await DocumentedProxy.Start(proxy, site),
            (_, "traefik") => await TraefikDouble.Start(site),
            _ => await EnvoyDouble.Start(site),
        };
    }
}
