namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Registers the room: the authorization endpoint, and that of pushed requests.</summary>
internal static class AuthorizationRoom
{
    /// <summary>Adds everything the endpoint needs; the login room must be there.</summary>
    public static IServiceCollection AddAuthorizationEndpoint(this IServiceCollection services) => services
        .AddSingleton<ProvenClients>()
        .AddSingleton<SecretGuesses>()
        .AddSingleton<ClientAllowance>()
        .AddSingleton<PushedRequestEndpoint>()
        .AddSingleton<AuthorizationAnswer>()
        .AddSingleton<CodeIssue>()
        .AddSingleton<IdTokenHint>()
        .AddSingleton<ConsentQuestion>()
        .AddSingleton<ConsentEndpoint>()
        .AddSingleton<DpopNonces>()
        .AddSingleton<DpopProofs>()
        .AddSingleton<AuthorizationSession>()
        .AddSingleton<AuthorizeEndpoint>();

    /// <summary>Maps <c>/authorize</c> and <c>/oauth/par</c>. HEAD changes nothing, so it does not exist here.</summary>
    public static void MapAuthorization(this IEndpointRouteBuilder app)
    {
        var endpoint = app.ServiceProvider.GetRequiredService<AuthorizeEndpoint>();
        app.MapMethods(AuthorizeEndpoint.Path, [HttpMethods.Get], endpoint.AnswerGet);
        app.MapMethods(AuthorizeEndpoint.Path, [HttpMethods.Post], endpoint.AnswerPost);
        app.MapMethods(PushedRequestEndpoint.Path, [HttpMethods.Post], app.ServiceProvider.GetRequiredService<PushedRequestEndpoint>().Answer);
        app.Map(PushedRequestEndpoint.Path, (RequestDelegate)PushedRequestEndpoint.RefuseMethod);
        app.MapMethods(ConsentEndpoint.Path, [HttpMethods.Post], app.ServiceProvider.GetRequiredService<ConsentEndpoint>().Answer);
    }
}
