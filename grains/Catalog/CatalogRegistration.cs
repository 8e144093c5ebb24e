using Microsoft.Extensions.DependencyInjection;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>Registers the room.</summary>
public static class CatalogRegistration
{
    /// <summary>Adds this silo's mirror of the catalog, and its counts of what happens at tenants and clients.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddCatalogRoom(this IServiceCollection services) => services
        .AddSingleton<CatalogEntries>()
        .AddSingleton<SiloActivity>()
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<SiloActivity>())
        .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<CatalogEntries>());
}
