namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>Registers the room: reports of used sessions, profiles too long for cookies, and the account page.</summary>
internal static class SessionsRoom
{
    private static readonly string[] _reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the account page; it needs the rooms of pages and login.</summary>
    public static IServiceCollection AddAccount(this IServiceCollection services) => services.AddSingleton<AccountSessions>().AddSingleton<AccountEndpoint>().AddSingleton<SessionOperations>();

    /// <summary>Maps <c>/account</c>.</summary>
    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        var account = app.ServiceProvider.GetRequiredService<AccountEndpoint>();
        app.MapMethods(AccountEndpoint.Path, _reading, account.Show);
        app.MapMethods(AccountEndpoint.Path, [HttpMethods.Post], account.Change);
    }

    /// <summary>Adds <see cref="SessionSeen"/>, starts its reports with the process, and <see cref="SessionProfiles"/>.</summary>
    public static IServiceCollection AddSessionReports(this IServiceCollection services) =>
        services.AddSingleton<SessionProfiles>().AddSingleton<SessionSeen>().AddHostedService(static provider => provider.GetRequiredService<SessionSeen>());
}
