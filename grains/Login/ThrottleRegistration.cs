using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>What counts failed logins.</summary>
public static class ThrottleRegistration
{
    /// <summary>Adds the default limits of failed logins; register other <see cref="ThrottlePolicies"/> before to change them.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddLoginThrottle(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new ThrottlePolicies());
        services.TryAddSingleton<NameCounters>();
        services.TryAddSingleton<NetworkCounters>();
        return services;
    }
}
