using Microsoft.Extensions.DependencyInjection;

namespace Uitsmijter.Actors.Grains.Revocation;

/// <summary>Registers the room.</summary>
public static class RevocationRegistration
{
    /// <summary>Adds this silo's mirror of the revocations.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddRevocationRoom(this IServiceCollection services) => services
        .AddSingleton<RevokedIds>()
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<RevokedIds>());
}
