using Microsoft.Extensions.DependencyInjection;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>Registers the room.</summary>
public static class SessionsRegistration
{
    /// <summary>Adds the sweep that ends idle sessions and removes the records of past ones.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddSessionsRoom(this IServiceCollection services) => services
        .AddSingleton<SessionSweep>()
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<SessionSweep>());
}
