using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Process;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>Composes a gateway: the client of the cluster, the rooms, and the order in which they see a request.</summary>
public static class GatewayApplication
{
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

        AddRooms(builder.Services);
        return builder;
    }

    /// <summary>Lays the pipeline.</summary>
    /// <param name="app">The application.</param>
    public static void UseGateway(this WebApplication app)
    {
        app.UseManagementPort();
        app.UseMiddleware<RequestMeter>();
        app.UseMiddleware<ServerHeader>();
        app.UsePages();
        app.UseRouting();
        app.MapMethods(HealthEndpoints.Live, [HttpMethods.Get, HttpMethods.Head], Probe);
        app.MapMethods(HealthEndpoints.Ready, [HttpMethods.Get, HttpMethods.Head], Probe);
        if (app.Services.GetRequiredService<ServerSettings>().MetricsOnMainPort)
        {
            app.MapGet(ProcessMetrics.Path, app.Services.GetRequiredService<ProcessMetrics>().Write);
        }

        UseRooms(app);
    }

    // One line a room.
    private static void AddRooms(IServiceCollection services)
    {
        services.AddObservability();
        services.AddPages();
    }

    // One line a room.
    private static void UseRooms(WebApplication app)
    {
        _ = app;
    }

    private static async Task Probe(HttpContext context) => await HealthEndpoints.Answer(context);
}
