using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Renders a new template with sample views, so that its mistakes are found when it is loaded and not by the first visitor.</summary>
internal static class TemplateTrial
{
    private static readonly PageModel Full = new()
    {
        Error = "LOGIN.ERRORS.WRONG_CREDENTIALS",
        RequestUri = "https://app.example.com/?a=b",
        ServiceUrl = "//login.example.com",
        Payload = new Dictionary<string, object?> { ["user"] = "someone", ["profile"] = new Dictionary<string, object?> { ["name"] = "Some One" } },
        RequestedScopes = ["openid", "profile"],
        Mode = "interceptor",
        Description = "A sentence.",
        Ticket = "ticket",
        UserName = "someone",
        UserCode = "ABCD-EFGH",
        NeedsLogin = true,
        Client = new("Some Client", "https://client.example.com", "https://client.example.com/policy", "https://client.example.com/terms"),
    };

    private static readonly Tenant Someone = new()
    {
        Name = "someone",
        Hosts = ["login.example.com"],
        Informations = new()
        {
            ImprintUrl = "https://example.com/imprint",
            PrivacyUrl = "https://example.com/privacy",
            RegisterUrl = "https://example.com/register",
        },
    };

    /// <summary>Renders with everything and with nothing.</summary>
    /// <exception cref="Exception">What the template engine makes of the author's mistake.</exception>
    public static void Run(PageName page, PageTemplate template)
    {
        var setting = new PageSetting(Texts.Shipped, Texts.DefaultLanguage, Someone, Assets.Shipped, "localhost:8080");
        template.Render(new(page, Full, 400, setting));
        template.Render(new(page, PageModel.Empty, 500, setting with { Tenant = null }));
    }
}
