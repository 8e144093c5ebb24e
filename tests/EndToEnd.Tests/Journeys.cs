using Uitsmijter.Actors.EndToEnd.Tests.Proxies;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Through a real Caddy, one process.</summary>
public sealed class ThroughCaddy(ThroughCaddy.Place place) : JourneyInABrowser(place), IClassFixture<ThroughCaddy.Place>
{
    /// <inheritdoc />
    public sealed class Place : World
    {
        /// <inheritdoc />
        public override string? MissingPart => Missing("caddy");

        /// <inheritdoc />
        protected override async Task<IAsyncDisposable> StartProxy(string directory) =>
            await CaddyProxy.Start(directory, Port, Server.Address, Application.Address);
    }
}

/// <summary>Through a real nginx, one process.</summary>
public sealed class ThroughNginx(ThroughNginx.Place place) : JourneyInABrowser(place), IClassFixture<ThroughNginx.Place>
{
    /// <inheritdoc />
    public sealed class Place : World
    {
        /// <inheritdoc />
        public override string? MissingPart => Missing("nginx");

        /// <inheritdoc />
        protected override async Task<IAsyncDisposable> StartProxy(string directory) =>
            await NginxProxy.Start(directory, Port, Server.Address, Application.Address);
    }
}

/// <summary>Through Traefik: the real one where it is on the PATH, else the double; the output says which.</summary>
public sealed class ThroughTraefik(ThroughTraefik.Place place) : JourneyInABrowser(place), IClassFixture<ThroughTraefik.Place>
{
    /// <inheritdoc />
    public sealed class Place : World
    {
        /// <inheritdoc />
        public override string? MissingPart => Missing();

        /// <inheritdoc />
        protected override async Task<IAsyncDisposable> StartProxy(string directory) =>
            RealOrDouble("traefik")
                ? await TraefikProxy.Start(directory, Port, Server.Address, Application.Address)
                : await TraefikDouble.Start(directory, Port, Server.Address, Application.Address, LoginHosts);
    }
}

/// <summary>Through Envoy: the real one where it is on the PATH, else the double; the output says which.</summary>
public sealed class ThroughEnvoy(ThroughEnvoy.Place place) : JourneyInABrowser(place), IClassFixture<ThroughEnvoy.Place>
{
    /// <inheritdoc />
    public sealed class Place : World
    {
        /// <inheritdoc />
        public override string? MissingPart => Missing();

        /// <inheritdoc />
        protected override async Task<IAsyncDisposable> StartProxy(string directory) =>
            RealOrDouble("envoy")
                ? await EnvoyProxy.Start(directory, Port, Server.Address, Application.Address)
                : await EnvoyDouble.Start(directory, Port, Server.Address, Application.Address, LoginHosts);
    }
}

/// <summary>Through a real Caddy, with silo and gateway as separate processes over a real Redis.</summary>
public sealed class ThroughCaddyOverRedis(ThroughCaddyOverRedis.Place place) : JourneyInABrowser(place), IClassFixture<ThroughCaddyOverRedis.Place>
{
    /// <inheritdoc />
    public sealed class Place : World
    {
        /// <inheritdoc />
        public override string? MissingPart => Missing("caddy", "redis-server");

        /// <inheritdoc />
        protected override Task<TestKit.Processes.AuthenticationServer> StartServer(string directory, IReadOnlyDictionary<string, string> settings) =>
            TestKit.Processes.AuthenticationServer.Separate(directory, settings);

        /// <inheritdoc />
        protected override async Task<IAsyncDisposable> StartProxy(string directory) =>
            await CaddyProxy.Start(directory, Port, Server.Address, Application.Address);
    }
}
