namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>Registers the room: reports of used sessions.</summary>
internal static class SessionsRoom
{
    /// <summary>Adds <see cref="SessionSeen"/> and starts its reports with the process.</summary>
    public static IServiceCollection AddSessionReports(this IServiceCollection services) =>
        services.AddSingleton<SessionSeen>().AddHostedService(static provider => provider.GetRequiredService<SessionSeen>());
}
