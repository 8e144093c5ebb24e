using System.Reflection;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>
/// Every module of the OpenID Foundation's plans is one test here that names it: <c>[Trait("Module", "oidcc-…")]</c>. The plan Form Post Basic is the
/// plan Basic with another response mode, so its modules are the same tests with other data.
/// </summary>
public sealed class Modules
{
    /// <summary>Name of the trait.</summary>
    public const string Module = "Module";

    private static readonly string[] _config = ["oidcc-discovery-endpoint-verification"];

    private static readonly string[] _basic =
    [
        "oidcc-server", "oidcc-response-type-missing", "oidcc-idtoken-signature", "oidcc-idtoken-unsigned", "oidcc-userinfo-get", "oidcc-userinfo-post-header",
        "oidcc-userinfo-post-body", "oidcc-ensure-request-without-nonce-succeeds-for-code-flow", "oidcc-scope-profile", "oidcc-scope-email", "oidcc-scope-address",
        "oidcc-scope-phone", "oidcc-scope-all", "oidcc-alternate-happy-flow", "oidcc-display-page", "oidcc-display-popup", "oidcc-prompt-login",
        "oidcc-prompt-none-not-logged-in", "oidcc-prompt-none-logged-in", "oidcc-max-age-1", "oidcc-max-age-10000",
        "oidcc-ensure-request-with-unknown-parameter-succeeds", "oidcc-id-token-hint", "oidcc-login-hint", "oidcc-ui-locales", "oidcc-claims-locales",
        "oidcc-ensure-request-with-acr-values-succeeds", "oidcc-codereuse", "oidcc-codereuse-30seconds", "oidcc-ensure-registered-redirect-uri",
        "oidcc-ensure-post-request-succeeds", "oidcc-server-client-secret-post",
        "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", "oidcc-claims-essential",
        "oidcc-ensure-request-object-with-redirect-uri", "oidcc-refresh-token", "oidcc-ensure-request-with-valid-pkce-succeeds",
    ];

    private static readonly string[] _dynamic =
    [
        "oidcc-redirect-uri-query-OK", "oidcc-redirect-uri-query-mismatch", "oidcc-redirect-uri-query-added", "oidcc-redirect-uri-regfrag", "oidcc-server-rotate-keys",
        "oidcc-refresh-token-rp-key-rotation",
    ];

    /// <summary>Session Management is not offered.</summary>
    private static readonly string[] _logout =
    [
        "oidcc-rp-initiated-logout-discovery-endpoint-verification", "oidcc-rp-initiated-logout", "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
        "oidcc-rp-initiated-logout-modified-id-token-hint", "oidcc-rp-initiated-logout-no-id-token-hint", "oidcc-rp-initiated-logout-no-params",
        "oidcc-rp-initiated-logout-no-post-logout-redirect-uri", "oidcc-rp-initiated-logout-no-state", "oidcc-rp-initiated-logout-only-state",
        "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri", "oidcc-rp-initiated-logout-bad-id-token-hint",
        "oidcc-frontchannel-rp-initiated-logout-discovery-endpoint-verification", "oidcc-frontchannel-rp-initiated-logout",
        "oidcc-backchannel-rp-initiated-logout-discovery-endpoint-verification", "oidcc-backchannel-rp-initiated-logout",
    ];

    [Fact]
    public void every_module_is_exactly_one_test()
    {
        var tested = typeof(Modules).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .SelectMany(static method => method.GetCustomAttributes<TraitAttribute>())
            .Where(static trait => trait.Name == Module)
            .Select(static trait => trait.Value)
            .Order(StringComparer.Ordinal);

        Assert.Equal(38, _basic.Length);
        Assert.Equal(_config.Concat(_basic).Concat(_dynamic).Concat(_logout).Order(StringComparer.Ordinal), tested);
    }
}
