namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>Registers the room: reports of used sessions, and profiles too long for cookies.</summary>
internal static class SessionsRoom
{
    /// <summary>Adds <see cref="SessionSeen"/>, starts its reports with the process, and <see cref="SessionProfiles"/>.</summary>
    public static IServiceCollection AddSessionReports(this IServiceCollection services) =>
        services.AddSingleton<SessionProfiles>().AddSingleton<SessionSeen>().AddHostedService(static provider => provider.GetRequiredService<SessionSeen>());
}
