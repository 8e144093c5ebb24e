using Microsoft.Extensions.DependencyInjection.Extensions;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Registers the room: start page, login, logout.</summary>
internal static class LoginRoom
{
    private static readonly string[] _reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] _posting = [HttpMethods.Post];

    /// <summary>Adds everything the pages need.</summary>
    public static IServiceCollection AddLogin(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider => Proxies(provider.GetRequiredService<ServerSettings>()));
        services.TryAddSingleton<SessionRenewals>();
        return services
            .AddSingleton<Visits>()
            .AddSingleton<Tickets>()
            .AddSingleton<KnownDevices>()
            .AddSingleton<LoginAsk>()
            .AddSingleton<BrowserSessions>()
            .AddSingleton<SessionOpening>()
            .AddSingleton<LoginIds>()
            .AddSingleton<PushedRequests>()
            .AddSingleton<ClientTargets>()
            .AddSingleton<LoginCollaborators>()
            .AddSingleton<LoginAttempt>()
            .AddSingleton<SilentLogin>()
            .AddSingleton<LoginPage>()
            .AddSingleton<LoginEndpoint>()
            .AddSingleton<LoginSubmitEndpoint>()
            .AddSingleton<IndexEndpoint>()
            .AddSingleton<Recorder>()
            .AddSingleton<Farewell>()
            .AddSingleton<LogoutVisit>()
            .AddSingleton<LogoutPage>()
            .AddSingleton<LogoutFrames>()
            .AddSingleton<LogoutHint>()
            .AddSingleton<EndSessionEndpoint>()
            .AddSingleton<LogoutEndpoint>();
    }

    /// <summary>Maps <c>/</c>, <c>/login</c>, <c>/logout</c> and <c>/logout/finalize</c>.</summary>
    public static void MapLogin(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        app.MapMethods(IndexEndpoint.Path, _reading, services.GetRequiredService<IndexEndpoint>().Answer);
        app.MapMethods(LoginEndpoint.Path, _reading, services.GetRequiredService<LoginEndpoint>().Answer);
        app.MapMethods(LoginEndpoint.Path, _posting, services.GetRequiredService<LoginSubmitEndpoint>().Answer);
        app.MapMethods(LogoutEndpoint.Path, _reading, services.GetRequiredService<LogoutEndpoint>().Show);
        app.MapMethods(LogoutEndpoint.Path, _posting, services.GetRequiredService<LogoutEndpoint>().Finish);

        // HEAD changes nothing, so it does not exist here.
        app.MapMethods(LogoutEndpoint.FinalPath, [HttpMethods.Get], services.GetRequiredService<LogoutEndpoint>().Finish);
    }

    private static TrustedProxies Proxies(ServerSettings settings) => TrustedProxies.Parse(settings.TrustedProxies, settings.IsProduction, out _);
}
