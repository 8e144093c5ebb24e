using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>What the grains of this room need.</summary>
public static class KeysRegistration
{
    /// <summary>Adds the cluster's secrets and the life of keys; <see cref="ServerSettings"/> must be there.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddKeysRoom(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClusterSecrets>();
        services.TryAddSingleton(static provider => RingPolicyOf(provider.GetRequiredService<ServerSettings>()));
        services.TryAddSingleton(new SealingKeyPolicy());
        return services;
    }

    private static KeyRingPolicy RingPolicyOf(ServerSettings settings) =>
        KeyRingPolicy.For(settings.CookieLife > settings.AccessTokenLife ? settings.CookieLife : settings.AccessTokenLife);
}
