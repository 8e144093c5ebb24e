[assembly: AssemblyFixture(typeof(Uitsmijter.Actors.EndToEnd.Tests.Worlds))]

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>The two ways to run the server, each started once, when first asked for: starting is what costs most.</summary>
public sealed class Worlds : IAsyncLifetime
{
    private readonly Lazy<Task<World>> _embedded = new(static () => World.Start(static (directory, settings) => AuthenticationServer.Embedded(directory, settings)));
    private readonly Lazy<Task<World>> _overRedis = new(static () => World.Start(AuthenticationServer.Separate));

    /// <summary>One process, everything in memory.</summary>
    public Task<World> Embedded => _embedded.Value;

    /// <summary>Silo and gateway as separate processes over a real Redis.</summary>
    public Task<World> OverRedis => _overRedis.Value;

    /// <inheritdoc />
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var world in new[] { _embedded, _overRedis })
        {
            // One that did not start has failed its tests already.
            if (world.IsValueCreated && world.Value.IsCompletedSuccessfully)
            {
                await world.Value.Result.DisposeAsync();
            }
        }
    }
}
