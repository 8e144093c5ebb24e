namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>Registers the room: the token endpoint and what stands beside it.</summary>
internal static class GrantsRoom
{
    private static readonly string[] _posting = [HttpMethods.Post];

    /// <summary>Adds the grant types, one line each, and the endpoints.</summary>
    public static IServiceCollection AddGrants(this IServiceCollection services) => services
        .AddSingleton<ITokenGrant, CodeGrant>()
        .AddSingleton<ITokenGrant, RefreshTokenGrant>()
        .AddSingleton<TokenEndpoint>();

    /// <summary>Maps the endpoints, one line each.</summary>
    public static void MapGrants(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        app.MapMethods(TokenEndpoint.Path, _posting, services.GetRequiredService<TokenEndpoint>().Answer);
    }
}
