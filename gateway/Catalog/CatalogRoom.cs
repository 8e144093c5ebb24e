namespace Uitsmijter.Actors.Gateway.Catalog;

/// <summary>Registers the room: this gateway's copy of the catalog.</summary>
internal static class CatalogRoom
{
    /// <summary>Adds <see cref="CatalogMirror"/> and starts its loop with the process.</summary>
    public static IServiceCollection AddCatalogMirror(this IServiceCollection services) =>
        services.AddSingleton<CatalogMirror>().AddHostedService(static provider => provider.GetRequiredService<CatalogMirror>());
}
