using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Registers the room: pages, errors, embedded assets.</summary>
internal static class PagesRoom
{
    /// <summary>Adds <see cref="PageRenderer"/> and <see cref="ErrorPage"/>; needs <c>ServerSettings</c>.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider =>
        {
            var settings = provider.GetRequiredService<ServerSettings>();
            return TrustedProxies.Parse(settings.TrustedProxies, settings.IsProduction, out _);
        });
        return services.AddSingleton<RefusalLog>().AddSingleton<Assets>().AddSingleton<Translations>().AddSingleton<Themes>()
            .AddSingleton<PageRenderer>().AddSingleton<ErrorPage>().AddKeyedSingleton<IHostedService, PageWarmUp>(StagedStart.Beside);
    }

    /// <summary>Serves <c>/css /js /images /fonts /favicon.ico</c>; put it before anything that asks for a tenant.</summary>
    public static IApplicationBuilder UsePages(this IApplicationBuilder app) => app.UseMiddleware<AssetFiles>();
}
