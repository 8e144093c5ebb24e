using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>Registers the room: the questions of reverse proxies.</summary>
internal static class ForwardAuthRoom
{
    /// <summary>Adds the room; it reads the mirrors of catalog, keys and revocations.</summary>
    public static IServiceCollection AddForwardAuth(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider =>
        {
            var settings = provider.GetRequiredService<ServerSettings>();
            return TrustedProxies.Parse(settings.TrustedProxies, settings.IsProduction, out _);
        });
        return services
            .AddSingleton<WorldView>()
            .AddSingleton(static _ => new KnownTokens())
            .AddSingleton(static _ => new SeenProofs())
            .AddSingleton<TokenVerifier>()
            .AddSingleton<HeaderSigner>()
            .AddSingleton<SessionRenewals>()
            .AddSingleton<QuestionReader>()
            .AddSingleton<Answers>()
            .AddSingleton<ForwardAuthDoor>();
    }

    /// <summary>Answers questions; put it before everything that reads a path.</summary>
    public static IApplicationBuilder UseForwardAuth(this IApplicationBuilder app) => app.UseMiddleware<ForwardAuthMiddleware>();
}
