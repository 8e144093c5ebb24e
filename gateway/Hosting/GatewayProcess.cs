using Microsoft.Extensions.Diagnostics.HealthChecks;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Hosting.Logging;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// The process around a gateway. Its parts are compiled into gateway and silo alike; standalone, which sees both, uses the gateway's
/// through this door.
/// </summary>
internal sealed class GatewayProcess(StagedStart stages, HealthCheckService health, LogOutput output)
{
    /// <inheritdoc cref="ProcessHost.BadSettings"/>
    public const int BadSettings = ProcessHost.BadSettings;

    private static readonly TimeSpan _often = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc cref="ProcessHost.Refuses"/>
    public static bool Refuses(ServerSettings settings)
    {
        ManagementToken.Read(settings, out var problem);
        return ProcessHost.Refuses(problem is null ? settings : settings with { Problems = settings.Problems.Add(problem) });
    }

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

    /// <summary>Waits until the readiness probe says yes.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task IsReady(CancellationToken cancellationToken)
    {
        while (!stages.IsComplete || (await health.CheckHealthAsync(cancellationToken)).Status != HealthStatus.Healthy)
        {
            await Task.Delay(_often, cancellationToken);
        }
    }

    /// <summary>Prints words for a person between the log's lines.</summary>
    /// <param name="text">Lines, each ended by a line feed.</param>
    public void Print(string text) => output.Add(text);
}
