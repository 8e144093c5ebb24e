using Uitsmijter.Actors.Process;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// The process around a gateway. Its parts are compiled into gateway and silo alike; standalone, which sees both, uses the gateway's
/// through this door.
/// </summary>
internal static class GatewayProcess
{
    /// <inheritdoc cref="ProcessHost.BadSettings"/>
    public const int BadSettings = ProcessHost.BadSettings;

    /// <inheritdoc cref="ProcessHost.Refuses"/>
    public static bool Refuses(ServerSettings settings) => ProcessHost.Refuses(settings);

    /// <summary>A bare web host with a public and a management listener.</summary>
    /// <param name="settings">The settings.</param>
    public static WebApplicationBuilder CreateBuilder(ServerSettings settings) => ProcessHost.CreateBuilder(settings, hasPublicListener: true);

    /// <summary>Builds the host with everything that needs the cluster behind the listener.</summary>
    /// <param name="builder">The composed process.</param>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        StagedStart.Arrange(builder.Services);
        return builder.Build();
    }

    /// <inheritdoc cref="ProcessHost.Run"/>
    public static Task<int> Run(WebApplication app, ServerSettings settings) => ProcessHost.Run(app, settings, hasPublicListener: true);
}
