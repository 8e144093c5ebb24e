using Microsoft.Extensions.DependencyInjection;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>Registers the room.</summary>
public static class CatalogRegistration
{
    /// <summary>Adds this silo's mirror of the catalog.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddCatalogRoom(this IServiceCollection services) => services
        .AddSingleton<CatalogEntries>()
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<CatalogEntries>());
}
