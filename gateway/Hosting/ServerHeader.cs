using Microsoft.Net.Http.Headers;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>Says <c>Server: Uitsmijter/1</c> on every answer (contract http.md §1).</summary>
internal sealed class ServerHeader(RequestDelegate next)
{
    private const string Name = "Uitsmijter/1";

    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers[HeaderNames.Server] = Name;
        return next(context);
    }
}
