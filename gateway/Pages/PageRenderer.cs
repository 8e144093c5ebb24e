using HandlebarsDotNet;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Writes the pages people see.</summary>
internal sealed partial class PageRenderer(
    Themes themes, Translations translations, Assets assets, TrustedProxies proxies, RefusalLog refusals, ServerSettings settings, ILogger<PageRenderer> log)
{
    /// <summary>Writes one page with its security headers and ends the response.</summary>
    /// <param name="context">The request; its <c>Accept-Language</c> chooses the texts. The response must not have started.</param>
    /// <param name="page">Which page.</param>
    /// <param name="tenant">Whose look and texts; null for the default ones.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="model">What the page shows.</param>
    /// <param name="home">Where its assets are; null for a page at a host of ours.</param>
    public async Task Write(HttpContext context, PageName page, Tenant? tenant, int status, PageModel model, AssetHome? home = null)
    {
        if (model.Error is { } reason && page != PageName.Error)
        {
            // The form is shown again. An error page is told of by whoever chose it, since it may also be JSON.
            refusals.Refused(context, tenant?.Name, status, reason);
        }

        var texts = translations.Current;
        var language = texts.Choose(context.Request.Headers.AcceptLanguage, tenant, PageLocales.Of(context));
        var setting = new PageSetting(texts, language, tenant, assets, settings.PublicDomain) { Home = home ?? AssetHome.Here };
        var html = Render(page, model, status, setting);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentLanguage = AcceptLanguage.Tag(language);
        response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        PageHeaders.Apply(context, tenant, model, BrowserRequest.Read(context, proxies) is { IsHttps: true }, setting.Home);
        html.CopyTo(response.BodyWriter);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Renders a page; a tenant's template that fails gives way to the embedded one.</summary>
    internal PageWriter Render(PageName page, PageModel model, int status, PageSetting setting)
    {
        var template = (model.IsDone ? themes.Shipped : themes.For(setting.Tenant))[page];
        try
        {
            return template.Render(new(page, model, status, setting));
        }
        catch (Exception failure) when (!template.IsShipped && IsAuthorsMistake(failure))
        {
            LogFailed(page, setting.Tenant?.Name ?? "", failure.Message.Split('\n')[0]);
            return themes.Shipped[page].Render(new(page, model, status, setting));
        }
    }

    /// <summary>Whether a failure came out of a template; the engine reports many mistakes of an author by exceptions of the base library.</summary>
    internal static bool IsAuthorsMistake(Exception failure) => failure is HandlebarsException or RenderLimitException
        or InvalidOperationException or ArgumentException or NullReferenceException or InvalidCastException or FormatException
        or KeyNotFoundException or IndexOutOfRangeException or NotSupportedException;

    [LoggerMessage(3004, LogLevel.Error, "UA3004 The template of page {Page} of tenant '{Tenant}' failed, the default page is shown: {Problem}")]
    private partial void LogFailed(PageName page, string tenant, string problem);
}
