using System.Text.Encodings.Web;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Writes the pages people see.</summary>
internal sealed class PageRenderer
{
    private readonly HtmlEncoder _html = HtmlEncoder.Default;

    /// <summary>Writes one page with its security headers and ends the response.</summary>
    /// <param name="context">The request; its <c>Accept-Language</c> chooses the texts. The response must not have started.</param>
    /// <param name="page">Which page.</param>
    /// <param name="tenant">Whose look and texts; null for the default ones.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="model">What the page shows.</param>
    public async Task Write(HttpContext context, PageName page, Tenant? tenant, int status, PageModel model)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
        await context.Response.WriteAsync(
            $"<!DOCTYPE html><html><head><title>{_html.Encode(model.Title ?? page.ToString())}</title></head><body><main>" +
            $"<p>{_html.Encode(model.Error ?? "")}</p><form action=\"{_html.Encode(model.ServiceUrl)}/login\" method=\"post\">" +
            $"<input type=\"hidden\" name=\"ticket\" value=\"{_html.Encode(model.Ticket ?? "")}\">" +
            $"<input type=\"hidden\" name=\"location\" value=\"{_html.Encode(model.RequestUri ?? "")}\">" +
            "<input id=\"username\" name=\"username\"><input id=\"password\" name=\"password\" type=\"password\">" +
            "<button id=\"loginButton\">Log In</button></form></main></body></html>",
            context.RequestAborted);
    }
}
