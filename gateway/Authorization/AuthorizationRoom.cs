namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Registers the room: the authorization endpoint.</summary>
internal static class AuthorizationRoom
{
    private static readonly string[] _reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds everything the endpoint needs; the login room must be there.</summary>
    public static IServiceCollection AddAuthorizationEndpoint(this IServiceCollection services) => services
        .AddSingleton<AuthorizationAnswer>()
        .AddSingleton<CodeIssue>()
        .AddSingleton<AuthorizeEndpoint>();

    /// <summary>Maps <c>/authorize</c>.</summary>
    public static void MapAuthorization(this IEndpointRouteBuilder app) =>
        app.MapMethods(AuthorizeEndpoint.Path, _reading, app.ServiceProvider.GetRequiredService<AuthorizeEndpoint>().Answer);
}
