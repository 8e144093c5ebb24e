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
        Write(context.Response);
        return next(context);
    }

    /// <summary>Sets the header again after an answer was thrown away.</summary>
    /// <param name="response">The answer.</param>
    public static void Write(HttpResponse response) => response.Headers[HeaderNames.Server] = Name;
}
