using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Registers the room: start page, login, logout.</summary>
internal static class LoginRoom
{
    /// <summary>Adds everything the pages need.</summary>
    public static IServiceCollection AddLogin(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider => Proxies(provider.GetRequiredService<ServerSettings>()));
        return services
            .AddSingleton<Visits>()
            .AddSingleton<Tickets>()
            .AddSingleton<KnownDevices>()
            .AddSingleton<LoginThrottle>()
            .AddSingleton<BrowserSessions>();
    }

    private static TrustedProxies Proxies(ServerSettings settings) => TrustedProxies.Parse(settings.TrustedProxies, settings.IsProduction, out _);
}
