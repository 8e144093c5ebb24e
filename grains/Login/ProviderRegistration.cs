using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>What <see cref="ProviderGrain"/> and <see cref="LoginGrain"/> need.</summary>
public static class ProviderRegistration
{
    /// <summary>Name of the meter that counts script runs and their failures.</summary>
    public const string MeterName = ScriptMetrics.MeterName;

    /// <summary>Adds the engine room of the provider scripts; it needs the catalog room and the settings.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddProviderScripts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostResolver>(static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken));
        services.TryAddSingleton(static provider =>
            new ScriptEngines(ScriptLimits.For(provider.GetRequiredService<ServerSettings>().ScriptTimeout)));
        services.TryAddSingleton(static _ => new ScriptPool(PoolLimits.For(Environment.ProcessorCount)));
        services.TryAddSingleton<ScriptWorkshop>();
        services.TryAddSingleton<ScriptRunner>();
        services.TryAddSingleton<ProviderScripts>();
        return services;
    }
}
