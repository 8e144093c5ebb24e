// Two at a time: a browser's journey is half waiting, and more of them would only fight for two cores.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Through a real Caddy. The server is one process.</summary>
public sealed class ThroughCaddy(ThroughCaddy.Door place) : JourneyWithManyTabs(place), IClassFixture<ThroughCaddy.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "caddy", "127.0.0.2", overRedis: false);
}

/// <summary>Through a real nginx. The server is one process.</summary>
public sealed class ThroughNginx(ThroughNginx.Door place) : JourneyWithManyTabs(place), IClassFixture<ThroughNginx.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "nginx", "127.0.0.3", overRedis: false);
}

/// <summary>Through Traefik: the real one where it is on the PATH, else its double; the output says which. The server is one process.</summary>
public sealed class ThroughTraefik(ThroughTraefik.Door place) : JourneyWithManyTabs(place), IClassFixture<ThroughTraefik.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "traefik", "127.0.0.4", overRedis: false);
}

/// <summary>Through Envoy: the real one where it is on the PATH, else its double; the output says which. The server is one process.</summary>
public sealed class ThroughEnvoy(ThroughEnvoy.Door place) : JourneyWithManyTabs(place), IClassFixture<ThroughEnvoy.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "envoy", "127.0.0.5", overRedis: false);
}

/// <summary>Through a real Caddy. Silo and gateway are processes of their own over a real Redis.</summary>
public sealed class ThroughCaddyOverRedis(ThroughCaddyOverRedis.Door place) : JourneyWithManyTabs(place), IClassFixture<ThroughCaddyOverRedis.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "caddy", "127.0.0.6", overRedis: true);
}

/// <summary>Through a real nginx. Silo and gateway are processes of their own over a real Redis.</summary>
public sealed class ThroughNginxOverRedis(ThroughNginxOverRedis.Door place) : JourneyInABrowser(place), IClassFixture<ThroughNginxOverRedis.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "nginx", "127.0.0.7", overRedis: true);
}

/// <summary>Through Traefik: the real one where it is on the PATH, else its double; the output says which. Silo and gateway are processes of their own over a real Redis.</summary>
public sealed class ThroughTraefikOverRedis(ThroughTraefikOverRedis.Door place) : JourneyInABrowser(place), IClassFixture<ThroughTraefikOverRedis.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "traefik", "127.0.0.8", overRedis: true);
}

/// <summary>Through Envoy: the real one where it is on the PATH, else its double; the output says which. Silo and gateway are processes of their own over a real Redis.</summary>
public sealed class ThroughEnvoyOverRedis(ThroughEnvoyOverRedis.Door place) : JourneyInABrowser(place), IClassFixture<ThroughEnvoyOverRedis.Door>
{
    /// <inheritdoc />
    public sealed class Door(Worlds worlds) : Place(worlds, "envoy", "127.0.0.9", overRedis: true);
}
