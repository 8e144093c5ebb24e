using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Grains.Login.Scripts;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>Registers the room.</summary>
public static class SessionsRegistration
{
    /// <summary>Adds the sweep that ends idle sessions and removes the records of past ones, and what tells clients of a logout. It needs the catalog room, the keys room and the settings.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddSessionsRoom(this IServiceCollection services)
    {
        services.TryAddSingleton<HostResolver>(static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken));
        services.TryAddSingleton<SubjectSessions>();
        return services
            .AddSingleton<Appointments>()
            .AddSingleton<SessionOpenings>()
            .AddSingleton<SessionSweep>()
            .AddSingleton<LogoutPost>()
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<SessionSweep>());
    }
}
