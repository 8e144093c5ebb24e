using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Revocation;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>Registers the rooms Authorization, Grants and Devices.</summary>
public static class GrantsRegistration
{
    /// <summary>Adds what codes, grants and devices ask; it needs the rooms of catalog, keys and revocation.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddGrantsRoom(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClientAuthenticator>();
        services.TryAddSingleton<Revocations>();
        services.TryAddSingleton<TokenMint>();
        services.TryAddSingleton<GrantWorkshop>();
        return services;
    }
}
