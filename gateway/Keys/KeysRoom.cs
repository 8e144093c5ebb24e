using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>Registers the room: this gateway's copies of tenants' keys and of the keys that seal what passes through browsers.</summary>
internal static class KeysRoom
{
    /// <summary>Every gateway names the same application, wherever its files lie: what one seals, the others open.</summary>
    private const string Application = "uitsmijter";

    /// <summary>Adds <see cref="KeyMirror"/>, <see cref="SealingKeyMirror"/> and Data Protection on top of it.</summary>
    public static IServiceCollection AddKeyMirrors(this IServiceCollection services)
    {
        services.AddSingleton<KeyMirror>().AddHostedService(static provider => provider.GetRequiredService<KeyMirror>());
        services.AddSingleton<SealingKeyMirror>().AddHostedService(static provider => provider.GetRequiredService<SealingKeyMirror>());
        services.AddSingleton<PublishedKeys>();
        services.AddSingleton<JwksEndpoint>();
        services.AddSingleton<KeyRotationOperation>();
        services.AddHealthChecks().AddCheck<SealingKeyMirror>("sealing keys");

        services.AddDataProtection().SetApplicationName(Application).DisableAutomaticKeyGeneration();
        services.Replace(ServiceDescriptor.Singleton<IKeyRingProvider>(static provider => provider.GetRequiredService<SealingKeyMirror>()));
        RemoveKeyLoadingAtStart(services);
        return services;
    }

    /// <summary>Maps <c>/.well-known/jwks.json</c>.</summary>
    public static void MapKeys(this IEndpointRouteBuilder app) =>
        app.MapMethods(JwksEndpoint.Path, [HttpMethods.Get, HttpMethods.Head], static (HttpContext context, JwksEndpoint endpoint) => endpoint.Answer(context));

    /// <summary>Data Protection asks for its ring while the process starts, when the cluster has not been reached, and would log a failure.</summary>
    private static void RemoveKeyLoadingAtStart(IServiceCollection services)
    {
        foreach (var loader in services.Where(static service =>
            service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly).ToList())
        {
            services.Remove(loader);
        }
    }
}
