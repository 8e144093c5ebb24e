namespace Uitsmijter.Actors.Gateway.Catalog;

/// <summary>Registers the room: this gateway's copy of the catalog.</summary>
internal static class CatalogRoom
{
    /// <summary>Adds what counts refused logins, and what operators may ask about tenants and clients; it needs the mirror.</summary>
    public static IServiceCollection AddActivity(this IServiceCollection services) => services
        .AddSingleton<StatusOperations>()
        .AddSingleton<GatewayActivity>()
        .AddHostedService(static provider => provider.GetRequiredService<GatewayActivity>());

    /// <summary>Adds <see cref="CatalogMirror"/> and starts its loop with the process.</summary>
    public static IServiceCollection AddCatalogMirror(this IServiceCollection services) =>
        services.AddSingleton<CatalogMirror>().AddHostedService(static provider => provider.GetRequiredService<CatalogMirror>());
}
