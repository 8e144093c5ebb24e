using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Serves the assets, before anything asks for a tenant: an error page for an unknown host needs its style sheet too.</summary>
/// <param name="next">Gets every other request, and those for assets that are not there.</param>
/// <param name="assets">Finds them.</param>
internal sealed class AssetFiles(RequestDelegate next, Assets assets)
{
    private static readonly StringValues Forever = "public, max-age=31536000, immutable";
    private static readonly StringValues AnHour = "public, max-age=3600";

    /// <summary>Answers GET and HEAD for an asset.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        return (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) &&
            request.Path.Value is { } path && assets.Find(path) is { } asset
            ? Send(context, asset)
            : next(context);
    }

    private static Task Send(HttpContext context, Asset asset)
    {
        var response = context.Response;
        var tag = $"\"{asset.Version}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = context.Request.Query["v"] == asset.Version ? Forever : AnHour;
        response.Headers.XContentTypeOptions = "nosniff";
        if (asset.ContentType.StartsWith("font/", StringComparison.Ordinal))
        {
            // A relayed page is at another host, and browsers take fonts from elsewhere only with leave (CSS Fonts 4 §4.9).
            response.Headers.AccessControlAllowOrigin = "*";
        }

        // A picture opened by itself is a document: an SVG must not run its scripts then.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = asset.ContentType;
        response.Headers[HeaderNames.ContentLength] = asset.Body.Length.ToString(CultureInfo.InvariantCulture);
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(asset.Body, context.RequestAborted).AsTask();
    }
}
