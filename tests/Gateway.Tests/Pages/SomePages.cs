using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>Models and tenants the page tests share.</summary>
internal static class SomePages
{
    public static readonly Tenant Tenant = new()
    {
        Name = "cheese",
        Hosts = ["login.cheese.example", "*.cheese.example"],
        Informations = new()
        {
            ImprintUrl = "https://cheese.example/imprint",
            PrivacyUrl = "https://cheese.example/privacy",
            RegisterUrl = "https://cheese.example/register",
        },
    };

    public static readonly PageModel Login = new()
    {
        RequestUri = "https://wiki.cheese.example/a?b=c&d=e#f",
        Mode = "interceptor",
        RequestedScopes = ["openid", "profile"],
        Ticket = "sealed-ticket",
    };

    public static readonly PageModel Index = new()
    {
        ServiceUrl = "//login.cheese.example",
        Payload = new Dictionary<string, object?> { ["user"] = "ada", ["tenant"] = "cheese" },
    };

    public static readonly PageModel Logout = new() { RequestUri = "https://wiki.cheese.example/?a=b c" };

    public static readonly PageModel FormPost = new()
    {
        FormAction = "https://app.example/callback",
        FormFields = [KeyValuePair.Create("code", "abc"), KeyValuePair.Create("state", "a b&c=d")],
        FormTargets = ["https://app.example/callback"],
    };

    public static readonly PageModel Device = new()
    {
        Confirm = true,
        UserCode = "WDJB-MJHT",
        UserName = "ada",
        Client = new("Living room television", "https://tv.example", "https://tv.example/privacy", "https://tv.example/terms"),
        RequestedScopes = ["openid", "orders:read"],
        Ticket = "sealed-ticket",
    };

    public static readonly PageModel Consent = Device with { Confirm = false, UserCode = null, FormTargets = ["https://wiki.cheese.example/callback"] };

    public static readonly PageModel Account = new()
    {
        UserName = "ada",
        Account = new(
            [new("0123456789abcdef", "Firefox · Windows", true, false, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), new(2026, 1, 3, 3, 4, 5, TimeSpan.Zero), ["Wiki"])],
            [new("fedcba9876543210", "Living room television", new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))]),
        Ticket = "sealed-ticket",
    };

    public static readonly PageModel Failure = new() { Error = "ERRORS.NO_TENANT", Description = "More words." };

    /// <summary>Every page with the model that fits it.</summary>
    public static IEnumerable<(PageName Page, PageModel Model)> All =>
        [(PageName.Index, Index), (PageName.Login, Login), (PageName.Logout, Logout), (PageName.FormPost, FormPost), (PageName.Error, Failure), (PageName.Activate, Device), (PageName.Consent, Consent), (PageName.Account, Account)];

    /// <summary>A tenant and a model in which every value is the given text.</summary>
    public static (Tenant Tenant, PageModel Model) Hostile(string text) => (
        new Tenant
        {
            Name = text,
            Hosts = [text],
            Informations = new() { ImprintUrl = text, PrivacyUrl = text, RegisterUrl = text },
            Interceptor = new() { Domain = text, Cookie = text },
            Pages = new()
            {
                Texts = ImmutableDictionary<string, ImmutableDictionary<string, string>>.Empty.Add(
                    "en_EN",
                    Texts.Shipped.In("en_EN").Keys.ToImmutableDictionary(key => key, _ => text)),
            },
        },
        new PageModel
        {
            Title = text,
            Error = text,
            RequestUri = text,
            ServiceUrl = text,
            RequestedScopes = [text, text],
            Mode = text,
            Description = text,
            Ticket = text,
            UserName = text,
            UserCode = text,
            Result = text,
            Client = new(text, text, text, text),
            Account = new([new(text, text, true, false, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [text])], [new(text, text, DateTimeOffset.UnixEpoch)]),
            FormTargets = [text],
            FormAction = text,
            FormFields = [KeyValuePair.Create(text, text)],
            Payload = new Dictionary<string, object?>
            {
                ["user"] = text,
                [text] = text,
                ["profile"] = new Dictionary<string, object?> { ["name"] = text, [text] = text },
                ["list"] = new[] { text },
            },
        });
}
