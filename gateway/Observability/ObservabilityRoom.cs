using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>Registers what the gateway counts and records.</summary>
internal static class ObservabilityRoom
{
    /// <summary>Adds metrics and audit log.</summary>
    /// <param name="services">The process's services.</param>
    public static IServiceCollection AddObservability(this IServiceCollection services) => services
        .AddSingleton<Metrics>()
        .AddSingleton<DeviceMetrics>()
        .AddSingleton<TokenMetrics>()
        .AddSingleton<AuditLog>()
        .AddSingleton<RequestMetrics>()
        .AddSingleton<IMetricsText>(static provider => provider.GetRequiredService<RequestMetrics>());
}
