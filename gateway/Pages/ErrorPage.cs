using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Writes errors outside the OAuth endpoints: HTML where the caller prefers it over JSON and over "anything", else the contract's JSON
/// (http.md §1.2). Scripts, <c>curl</c> and monitoring send <c>*/*</c> and get JSON; a browser's navigation names <c>text/html</c>.
/// </summary>
internal sealed class ErrorPage(PageRenderer pages, RefusalLog refusals, ServerSettings settings)
{
    /// <summary>Writes one error and ends the response.</summary>
    /// <param name="context">The request; the response must not have started.</param>
    /// <param name="tenant">Whose look; null for the default one.</param>
    /// <param name="status">The HTTP status, also in the body.</param>
    /// <param name="reason">Identifier of the contract's catalogue (http.md §17); never internal text.</param>
    /// <param name="description">A sentence that helps, or null; never internal text.</param>
    public Task Write(HttpContext context, Tenant? tenant, int status, string reason, string? description = null)
    {
        refusals.Refused(context, tenant?.Name, status, reason);
        return WriteTold(context, tenant, status, reason, description);
    }

    /// <summary>Writes one error of which the log was told already.</summary>
    /// <inheritdoc cref="Write(HttpContext, Tenant, int, string, string)" path="/param"/>
    public Task WriteTold(HttpContext context, Tenant? tenant, int status, string reason, string? description) =>
        Write(context, tenant, status, reason, description, AssetHome.Here);

    /// <summary>Writes one error that a reverse proxy relays to the browser, which sees it at the application's host; the log is the caller's, who knows what was asked.</summary>
    /// <param name="context">The proxy's question; the response must not have started.</param>
    /// <param name="tenant">Whose look; null for the default one.</param>
    /// <param name="status">The HTTP status, also in the body.</param>
    /// <param name="reason">Identifier of the contract's catalogue (http.md §17); never internal text.</param>
    /// <param name="scheme">Scheme of the original request, for links to the tenant's login host; null where the request could not be read.</param>
    public Task WriteRelayed(HttpContext context, Tenant? tenant, int status, string reason, string? scheme)
    {
        var home = tenant?.Interceptor.Domain is { Length: > 0 } host && scheme is not null ? AssetHome.At($"{scheme}://{host}") : AssetHome.Inside;
        return Write(context, tenant, status, reason, null, home);
    }

    /// <summary>Whether <c>text/html</c> ranks above both <c>application/json</c> and <c>*/*</c> (RFC 9110 §12.5.1; at equal quality the named type wins over the wildcard, and HTML over JSON only when it comes first).</summary>
    internal static bool PrefersHtml(StringValues accept)
    {
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var types))
        {
            return false;
        }

        var html = Rank(types, "text/html", "text/*");
        var json = Rank(types, "application/json", "application/*");
        var anything = types.Where(type => type.MatchesAllTypes).Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
        return html.Named && html.Quality > 0 && html.Quality >= anything &&
            (html.Quality > json.Quality || (html.Quality == json.Quality && html.Position < json.Position));
    }

    private Task Write(HttpContext context, Tenant? tenant, int status, string reason, string? description, AssetHome home)
    {
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        return PrefersHtml(context.Request.Headers.Accept)
            ? pages.Write(context, PageName.Error, tenant, status, new PageModel { Error = reason, Description = description }, home)
            : WriteJson(context, status, reason, description);
    }

    private static (bool Named, double Quality, int Position) Rank(IList<MediaTypeHeaderValue> types, string name, string range)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i].MediaType.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return (true, types[i].Quality ?? 1, i);
            }
        }

        for (var i = 0; i < types.Count; i++)
        {
            if (types[i].MediaType.Equals(range, StringComparison.OrdinalIgnoreCase))
            {
                return (false, types[i].Quality ?? 1, i);
            }
        }

        return (false, 0, int.MaxValue);
    }

    private Task WriteJson(HttpContext context, int status, string reason, string? description)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var body = new ErrorBody(
            status, true, reason, description is null ? null : new ErrorInfo(description), settings.PublicDomain);
        return context.Response.WriteAsJsonAsync(
            body, ErrorJson.Default.ErrorBody, "application/json; charset=utf-8", context.RequestAborted);
    }
}

/// <summary>The contract's error body.</summary>
internal sealed record ErrorBody(int Status, bool Error, string Reason, ErrorInfo? RequestInfo, string Baseurl);

/// <summary>The optional <c>requestInfo</c> of an error body.</summary>
internal sealed record ErrorInfo(string Description);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class ErrorJson : JsonSerializerContext;
