using Uitsmijter.Actors.Gateway.Authorization;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>Registers the room: the token endpoint and what stands beside it.</summary>
internal static class GrantsRoom
{
    private static readonly string[] _posting = [HttpMethods.Post];
    private static readonly string[] _both = [HttpMethods.Get, HttpMethods.Post];

    /// <summary>Adds the grant types, one line each, and the endpoints.</summary>
    public static IServiceCollection AddGrants(this IServiceCollection services) => services
        .AddSingleton<ITokenGrant, CodeGrant>()
        .AddSingleton<ITokenGrant, RefreshTokenGrant>()
        .AddSingleton<ITokenGrant, ClientCredentialsGrant>()
        .AddSingleton<ITokenGrant, PasswordGrant>()
        .AddSingleton<ITokenGrant, TokenExchangeGrant>()
        .AddSingleton<PasswordSession>()
        .AddSingleton<ExchangeTokens>()
        .AddSingleton<TokenRecords>()
        .AddSingleton<AccessTokens>()
        .AddSingleton<AssertionAudiences>()
        .AddSingleton<TokenProfiles>()
        .AddSingleton<SignedIntrospection>()
        .AddSingleton<ClientGate>()
        .AddSingleton<TokenEndpoint>()
        .AddSingleton<UserInfoEndpoint>()
        .AddSingleton<RevocationEndpoint>()
        .AddSingleton<IntrospectionEndpoint>()
        .AddSingleton<DiscoveryEndpoint>();

    /// <summary>Maps the endpoints, one line each.</summary>
    public static void MapGrants(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        app.MapMethods(TokenEndpoint.Path, _posting, services.GetRequiredService<TokenEndpoint>().Answer);
        app.MapMethods(UserInfoEndpoint.Path, _both, services.GetRequiredService<UserInfoEndpoint>().Answer);
        app.MapMethods(UserInfoEndpoint.OldPath, [HttpMethods.Get], services.GetRequiredService<UserInfoEndpoint>().Answer);
        app.MapMethods(RevocationEndpoint.Path, _posting, services.GetRequiredService<RevocationEndpoint>().Answer);
        app.MapMethods(IntrospectionEndpoint.Path, _posting, services.GetRequiredService<IntrospectionEndpoint>().Answer);
        app.MapMethods(IntrospectionEndpoint.LongPath, _posting, services.GetRequiredService<IntrospectionEndpoint>().Answer);
        app.MapMethods(DiscoveryEndpoint.Path, [HttpMethods.Get, HttpMethods.Head], services.GetRequiredService<DiscoveryEndpoint>().Answer);
        app.MapMethods(DiscoveryEndpoint.OAuthPath, [HttpMethods.Get, HttpMethods.Head], services.GetRequiredService<DiscoveryEndpoint>().Answer);
    }
}
