using System.Globalization;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// What a template may see, and nothing else: plain texts, numbers, lists and maps under the names of the contract (configuration.md
/// §4.3). No object of ours is ever handed to a template, so none of its other properties can be read.
/// </summary>
internal sealed class PageView : Dictionary<string, object?>
{
    private const int MaxDepth = 4;

    private readonly PageSetting _setting;
    private readonly Texts _texts;
    private readonly Tenant? _tenant;
    private readonly int? _minutes;

    /// <summary>Gathers the view.</summary>
    /// <param name="page">Which page.</param>
    /// <param name="model">What it shows.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="setting">Whose look, which language.</param>
    public PageView(PageName page, PageModel model, int status, PageSetting setting)
        : base(32, StringComparer.Ordinal)
    {
        (_texts, _tenant, _minutes) = (setting.Texts, setting.Tenant, model.Minutes);
        Language = setting.Language;
        _setting = setting;
        var target = SafeTarget.Target(model.RequestUri);
        this["title"] = model.Title ?? DefaultTitle(page, status);
        this["lang"] = AcceptLanguage.Tag(setting.Language);
        this["error"] = page == PageName.Error ? true : model.Error;
        this["requestUri"] = target;
        this["formAction"] = SafeTarget.Target(model.FormAction);
        this["formFields"] = new BudgetedList([.. model.FormFields.Select(static field => new Dictionary<string, object?> { ["name"] = field.Key, ["value"] = field.Value })], Budget);
        this["targetHost"] = SafeTarget.HostOf(model.FormAction is null ? target : SafeTarget.Target(model.FormAction));
        this["serviceUrl"] = SafeTarget.PolicySource(model.ServiceUrl) is null ? "" : model.ServiceUrl;
        this["mode"] = model.Mode;
        this["ticket"] = model.Ticket;
        this["confirm"] = model.Confirm;
        this["username"] = model.UserName;
        this["userCode"] = model.UserCode;
        this["needsLogin"] = model.NeedsLogin;
        this["result"] = model.Result;
        this["success"] = model.Result == "success";
        this["client"] = model.Client is null ? null : ClientView(model.Client);
        this["account"] = model.Account is null ? null : AccountView.Of(model.Account, Language, Translate, Budget);
        this["scopes"] = Asked(model);
        this["requestedScopes"] = new BudgetedList(model.RequestedScopes, Budget);
        this["requestInfo"] = model.Description is null ? null : new Dictionary<string, object?> { ["description"] = model.Description };
        this["payload"] = model.Payload is null ? null : Claims(model.Payload, 0);
        this["tenant"] = setting.Tenant is null ? null : TenantView(setting.Tenant);
        if (model.IsDone)
        {
            // For our own page alone: no theme is asked for it.
            this["done"] = true;
            this["frames"] = new BudgetedList([.. model.Frames.Where(static frame => SafeTarget.WebLink(frame) is not null)], Budget);
        }

        if (page == PageName.Error)
        {
            this["status"] = status;
            this["reason"] = model.Error;
            this["baseurl"] = setting.PublicDomain;
        }
    }

    /// <summary>The chosen language in file spelling.</summary>
    public string Language { get; }

    /// <summary>What this rendering may cost.</summary>
    public RenderBudget Budget { get; } = new();

    /// <summary>The text of a key in the page's language; the key itself when there is none.</summary>
    public string Translate(string key)
    {
        var text = (_minutes == 1 ? _texts.Find(Language, key + "_ONE", _tenant) : null) ?? _texts.Find(Language, key, _tenant) ?? key;
        return _minutes is { } minutes && text.Contains('{', StringComparison.Ordinal)
            ? text.Replace("{minutes}", minutes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            : text;
    }

    /// <summary>The link of an asset, as it works where the page is shown.</summary>
    public string AssetUrl(string name) => _setting.Home.Url(_setting.Assets, name);

    private static string DefaultTitle(PageName page, int status) => page switch
    {
        PageName.Index => "Uitsmijter",
        PageName.Login => "Login",
        PageName.Logout => "Logout",
        PageName.FormPost => "Login",
        PageName.Activate => "Activate Device",
        PageName.Consent => "Consent",
        PageName.Account => "Account",
        _ => string.Create(CultureInfo.InvariantCulture, $"Error | {status}"),
    };

    private static Dictionary<string, object?> ClientView(ClientCard client) => new(4)
    {
        ["name"] = client.Name,
        ["uri"] = SafeTarget.WebLink(client.Uri),
        ["policy_uri"] = SafeTarget.WebLink(client.PolicyUri),
        ["tos_uri"] = SafeTarget.WebLink(client.TermsUri),
    };

    /// <summary>All of it, however long: what nobody saw nobody agreed to. Past the budget of turns there is no page.</summary>
    private BudgetedList Asked(PageModel model) => new(
        [.. model.RequestedScopes.Select(ScopeView), .. model.RequestedClaims.Select(ClaimView), .. model.RequestedResources.Select(ResourceView)],
        Budget,
        maxItems: int.MaxValue);

    /// <summary>A scope in words: the text <c>SCOPES.&lt;scope&gt;</c>, else the scope itself.</summary>
    private Dictionary<string, object?> ScopeView(string scope) => new(2)
    {
        ["name"] = scope,
        ["text"] = _texts.Find(Language, "SCOPES." + scope, _tenant) ?? scope,
    };

    /// <summary>A claim in words: the text <c>CLAIMS.&lt;claim&gt;</c>, else a sentence with its name. In the same list as scopes, so that themes made before show it.</summary>
    private Dictionary<string, object?> ClaimView(string claim) => new(2)
    {
        ["name"] = claim,
        ["text"] = _texts.Find(Language, "CLAIMS." + claim, _tenant) ?? Filled("CONSENT.UI.CLAIM", "{claim}", claim),
    };

    /// <summary>A resource in words: the text <c>RESOURCES.&lt;resource&gt;</c>, else a sentence with its address.</summary>
    private Dictionary<string, object?> ResourceView(string resource) => new(2)
    {
        ["name"] = resource,
        ["text"] = _texts.Find(Language, "RESOURCES." + resource, _tenant) ?? Filled("CONSENT.UI.RESOURCE", "{resource}", resource),
    };

    private string Filled(string key, string place, string value) => (_texts.Find(Language, key, _tenant) ?? place).Replace(place, value, StringComparison.Ordinal);

    private Dictionary<string, object?> TenantView(Tenant tenant) => new(2)
    {
        ["name"] = tenant.Name,
        ["config"] = new Dictionary<string, object?>(4)
        {
            ["hosts"] = new BudgetedList(tenant.Hosts, Budget),
            ["informations"] = new Dictionary<string, object?>(3)
            {
                ["imprint_url"] = SafeTarget.WebLink(tenant.Informations.ImprintUrl),
                ["privacy_url"] = SafeTarget.WebLink(tenant.Informations.PrivacyUrl),
                ["register_url"] = SafeTarget.WebLink(tenant.Informations.RegisterUrl),
            },
            ["interceptor"] = new Dictionary<string, object?>(3)
            {
                ["enabled"] = tenant.Interceptor.Enabled,
                ["domain"] = tenant.Interceptor.Domain,
                ["cookie"] = tenant.Interceptor.Cookie,
            },
            ["silent_login"] = tenant.SilentLogin,
        },
    };

    private Dictionary<string, object?> Claims(IEnumerable<KeyValuePair<string, object?>> claims, int depth)
    {
        var view = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in claims.Take(100))
        {
            view[name] = Claim(value, depth + 1);
        }

        return view;
    }

    private object? Claim(object? value, int depth) => value switch
    {
        _ when depth > MaxDepth => null,
        string or bool or int or long or double => value,
        DateTimeOffset instant => instant.ToString("u", CultureInfo.InvariantCulture),
        JsonElement element => Json(element, depth),
        IEnumerable<KeyValuePair<string, object?>> map => Claims(map, depth),
        IEnumerable<string> texts => new BudgetedList([.. texts.Take(100)], Budget),
        _ => null,
    };

    private object? Json(JsonElement element, int depth) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Object => Claims(
            element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, (object?)member.Value)), depth),
        JsonValueKind.Array => new BudgetedList([.. element.EnumerateArray().Take(100).Select(item => Claim(item, depth + 1))], Budget),
        _ => null,
    };
}

/// <summary>The surroundings of one rendering.</summary>
/// <param name="Texts">All texts of the moment.</param>
/// <param name="Language">The chosen language in file spelling.</param>
/// <param name="Tenant">Whose page; null for none.</param>
/// <param name="Assets">Where assets are found.</param>
/// <param name="PublicDomain">The contract's <c>baseurl</c>.</param>
internal sealed record PageSetting(Texts Texts, string Language, Tenant? Tenant, Assets Assets, string PublicDomain)
{
    /// <summary>Where the page's links to assets lead.</summary>
    public AssetHome Home { get; init; } = AssetHome.Here;
}
