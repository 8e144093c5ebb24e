using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Registers the room that reads configuration.</summary>
public static class CatalogSourceRegistration
{
    /// <summary>Adds the reader of configuration files.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddCatalogSource(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<FileSourceOptions>();
        services.AddSingleton<StoreCredentials>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<CatalogPublisher>(
            provider,
            provider.GetRequiredService<IGrainFactory>().GetGrain<ICatalogGrain>(ICatalogGrain.Only)));
        services.AddSingleton<FileSource>();
        services.AddKeyedSingleton<IHostedService, FirstLook>(StagedStart.Beside);
        services.AddHostedService(static provider => provider.GetRequiredService<FileSource>());
        return services;
    }
}
