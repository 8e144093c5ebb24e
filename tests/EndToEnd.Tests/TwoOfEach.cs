namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Two silos, two gateways and a Redis of their own: what is done to them here, no other test should have to stand.</summary>
public sealed class TwoOfEach : IAsyncLifetime
{
    private World? _world;

    /// <summary>The running server; a test that asks for it skips, and says so, where Redis is not installed.</summary>
    public World World
    {
        get
        {
            Assert.SkipWhen(_world is null, "redis-server is not installed");
            return _world;
        }
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _world = RedisServer.IsInstalled
        ? await World.Start(static (directory, settings) => AuthenticationServer.Separate(directory, settings, silos: 2, gateways: 2))
        : null;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _world?.DisposeAsync() ?? ValueTask.CompletedTask;
}
