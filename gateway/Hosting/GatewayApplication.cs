using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Devices;
using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>Composes a gateway: the client of the cluster, the rooms, and the order in which they see a request.</summary>
public static class GatewayApplication
{
    private static readonly string[] _reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds everything a gateway needs. A co-hosted silo brings the client of the cluster itself.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="isEmbedded">True where the silo shares the process.</param>
    public static IHostApplicationBuilder AddGateway(this IHostApplicationBuilder builder, ServerSettings settings, bool isEmbedded = false)
    {
        if (!isEmbedded)
        {
            ClusterClient.Add(builder, settings);
        }

        builder.Services.AddSingleton(ManagementToken.Read(settings, out _));
        AddRooms(builder.Services);
        builder.Services.AddSingleton<MirrorHealth>();
        builder.Services.AddSingleton<DashboardOperation>();
        builder.Services.AddSingleton<ManagementOperations>();
        builder.Services.AddHealthChecks().AddCheck<MirrorHealth>("mirrors");
        return builder;
    }

    /// <summary>Lays the pipeline, outermost first.</summary>
    /// <param name="app">The application.</param>
    public static void UseGateway(this WebApplication app)
    {
        app.Services.GetRequiredService<MirrorHealth>().Measure(app.Services.GetRequiredService<Prometheus.CollectorRegistry>());
        ListenerRefusals.Listen(app.Services);
        app.UseManagementPort(app.Services.GetRequiredService<ManagementOperations>().TryAnswer);
        app.UseMiddleware<RequestMeter>();
        app.UseMiddleware<ServerHeader>();
        // The hot path: before routing, and on the raw request target.
        app.UseForwardAuth();
        app.UseMiddleware<RequestErrors>();
        app.UseMiddleware<CrossOrigin>();
        app.UsePages();
        app.UseRouting();
        MapProcess(app);
        MapRooms(app);
    }

    // One line a room.
    private static void AddRooms(IServiceCollection services)
    {
        services.AddObservability();
        services.AddCatalogMirror();
        services.AddActivity();
        services.AddRevocationMirror();
        services.AddKeyMirrors();
        services.AddSessionReports();
        services.AddForwardAuth();
        services.AddPages();
        services.AddLogin();
        services.AddAccount();
        services.AddAuthorizationEndpoint();
        services.AddGrants();
        services.AddDevices();
    }

    // One line a room.
    private static void MapRooms(WebApplication app)
    {
        app.MapKeys();
        app.MapLogin();
        app.MapAccount();
        app.MapAuthorization();
        app.MapGrants();
        app.MapDevices();
    }

    private static void MapProcess(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<ServerSettings>();
        app.MapMethods(HealthEndpoints.Live, _reading, Probe);
        app.MapMethods(HealthEndpoints.Ready, _reading, Probe);
        if (settings.DisplayVersion)
        {
            app.MapMethods(VersionEndpoint.Path, _reading, VersionEndpoint.Answer);
        }

        if (settings.MetricsOnMainPort)
        {
            app.MapMethods(ProcessMetrics.Path, _reading, app.Services.GetRequiredService<ProcessMetrics>().Write);
        }
    }

    private static async Task Probe(HttpContext context) => await HealthEndpoints.Answer(context);
}
