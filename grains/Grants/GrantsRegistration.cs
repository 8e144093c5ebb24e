using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>Registers the rooms Authorization, Grants and Devices.</summary>
public static class GrantsRegistration
{
    /// <summary>Adds what codes, grants and devices ask; it needs the rooms of catalog, keys and revocation.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddGrantsRoom(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostResolver>(static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken));
        services.TryAddSingleton(static provider => new ClientKeys(
            provider.GetRequiredService<CatalogEntries>(),
            provider.GetRequiredService<ServerSettings>(),
            provider.GetRequiredService<HostResolver>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ClientKeys>>()));
        services.TryAddSingleton<ClientAuthenticator>();
        services.TryAddSingleton<Revocations>();
        services.TryAddSingleton<SubjectSessions>();
        services.TryAddSingleton<TokenMint>();
        services.TryAddSingleton<GrantWorkshop>();
        return services;
    }
}
