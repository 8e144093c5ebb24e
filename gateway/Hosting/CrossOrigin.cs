using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Gateway.Grants;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// CORS of the routes scripts of other origins may call (design §4): any origin, never credentials. Pages, <c>/login</c> and
/// forward-auth have none.
/// </summary>
internal sealed class CrossOrigin(RequestDelegate next)
{
    private static readonly string[] _paths =
        ["/.well-known", TokenEndpoint.Path, RevocationEndpoint.Path, UserInfoEndpoint.Path, IntrospectionEndpoint.Path, "/oauth"];

    private const string Methods = "GET, POST, HEAD, OPTIONS";
    private const string RequestHeaders = "Authorization, DPoP, Content-Type";
    private const string Exposed = "DPoP-Nonce, WWW-Authenticate";
    private const string Seconds = "600";

    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count == 0 || !Array.Exists(_paths, path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)))
        {
            return next(context);
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = Exposed;
        if (!HttpMethods.IsOptions(context.Request.Method) || !context.Request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod))
        {
            return next(context);
        }

        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = Seconds;
        context.Response.StatusCode = StatusCodes.Status200OK;
        return Task.CompletedTask;
    }
}
