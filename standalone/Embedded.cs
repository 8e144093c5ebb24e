using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Hosting;

namespace Uitsmijter.Actors.Standalone;

/// <summary>Gateway and silo in one process: the embedded default.</summary>
internal static class Embedded
{
    /// <summary>Serves until the process is told to end.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> Serve()
    {
        var (settings, isExamples) = ResourceFolder.Resolve(
            ServerSettings.Read(Environment.GetEnvironmentVariable), Environment.CurrentDirectory, AppContext.BaseDirectory);
        if (GatewayProcess.Refuses(settings))
        {
            return Task.FromResult(GatewayProcess.BadSettings);
        }

        var builder = GatewayProcess.CreateBuilder(settings);
        builder.AddSilo(settings, isEmbedded: true);
        builder.AddGateway(settings, isEmbedded: true);
        builder.Services.AddSingleton<GatewayProcess>();
        builder.Services.AddSingleton<IHostedService>(provider => new StartMessage(
            provider.GetRequiredService<IServer>(), settings, provider.GetRequiredService<GatewayProcess>(), provider.GetRequiredService<CatalogMirror>(), isExamples));
        var app = GatewayProcess.Build(builder);
        app.UseGateway();
        return GatewayProcess.Run(app, settings);
    }
}
