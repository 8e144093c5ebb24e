using System.Collections.Immutable;
using Orleans;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// One validated tenant as every process may see it: settings without scripts and without secrets. What must stay inside
/// the silos travels in <see cref="TenantEntry"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.tenant")]
public sealed record Tenant
{
    /// <summary>The tenant's name: <c>name</c> of a file, <c>namespace/name</c> of a custom resource. It is the claim <c>tenant</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>The namespace the tenant was declared in; empty for files.</summary>
    [Id(1)] public string Namespace { get; init; } = "";

    /// <summary>Normalised host patterns (lower case, no port), exact or with <c>*</c> for one label.</summary>
    [Id(2)] public required ImmutableArray<string> Hosts { get; init; }

    /// <summary>Links for the page footer and the metadata documents.</summary>
    [Id(3)] public TenantInformations Informations { get; init; } = TenantInformations.None;

    /// <summary>Forward-auth settings; a missing block in the source means the defaults, which are enabled.</summary>
    [Id(4)] public InterceptorSettings Interceptor { get; init; } = InterceptorSettings.Default;

    /// <summary>Whether a live session answers a login request without a form. Default true; false binds a session to one host.</summary>
    [Id(5)] public bool SilentLogin { get; init; } = true;

    /// <summary>Algorithm of access and header tokens. The login cookie is always signed with the tenant's own cookie key.</summary>
    [Id(6)] public SigningAlgorithm Algorithm { get; init; } = SigningAlgorithm.HS256;

    /// <summary>The configured issuer URL, or null: then <see cref="IssuerRules"/> derives it from the hosts.</summary>
    [Id(7)] public string? Issuer { get; init; }

    /// <summary>Namespaces whose clients may name this tenant; empty means its own namespace only, <c>*</c> means all.</summary>
    [Id(8)] public ImmutableArray<string> AllowedClientNamespaces { get; init; } = [];

    /// <summary>Pages: theme folder and the tenant's own Content-Security-Policy.</summary>
    [Id(9)] public PageSettings Pages { get; init; } = PageSettings.Default;

    /// <summary>Limits of sessions opened for this tenant.</summary>
    [Id(10)] public SessionSettings Sessions { get; init; } = SessionSettings.Default;

    /// <summary>Hosts that share the cookie domain of another tenant get a cookie name with this suffix; empty for the contract's name.</summary>
    [Id(11)] public string CookieSuffix { get; init; } = "";
}

/// <summary>Algorithms a tenant may sign with (RFC 7518 §3.1).</summary>
[GenerateSerializer, Alias("uitsmijter.catalog.signing-algorithm")]
public enum SigningAlgorithm
{
    /// <summary>HMAC with the shared <c>JWT_SECRET</c>; the default of existing configuration.</summary>
    HS256 = 0,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    RS256 = 1,

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    PS256 = 2,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256 = 3,
}

/// <summary>Links a tenant shows to people and publishes in its metadata.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.tenant-informations")]
public sealed record TenantInformations
{
    /// <summary>No links at all.</summary>
    public static TenantInformations None { get; } = new();

    /// <summary>Imprint page, also <c>service_documentation</c>; null for none.</summary>
    [Id(0)] public string? ImprintUrl { get; init; }

    /// <summary>Privacy page, also <c>op_policy_uri</c>; null for none.</summary>
    [Id(1)] public string? PrivacyUrl { get; init; }

    /// <summary>Registration page; null for none.</summary>
    [Id(2)] public string? RegisterUrl { get; init; }
}

/// <summary>How a tenant answers reverse proxies.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.interceptor-settings")]
public sealed record InterceptorSettings
{
    /// <summary>Enabled, no login domain of its own, nothing public.</summary>
    public static InterceptorSettings Default { get; } = new();

    /// <summary>False answers every forward-auth question with 403.</summary>
    [Id(0)] public bool Enabled { get; init; } = true;

    /// <summary>Host (optionally with port) of the login page; null falls back to <c>PUBLIC_DOMAIN</c>.</summary>
    [Id(1)] public string? Domain { get; init; }

    /// <summary>Cookie domain for forward-auth logins, usually with a leading dot; null falls back to <see cref="Domain"/>.</summary>
    [Id(2)] public string? Cookie { get; init; }

    /// <summary>Response header to claim path (<c>sub</c>, <c>profile.email</c>, …); always emitted on allow, empty when unknown.</summary>
    [Id(3)] public ImmutableArray<IdentityHeader> Headers { get; init; } = [];

    /// <summary>Path patterns that need no login: absolute, <c>*</c> is one segment or part of one, <c>**</c> any depth.</summary>
    [Id(4)] public ImmutableArray<string> PublicPaths { get; init; } = [];

    /// <summary>True lets CORS pre-flight requests (<c>OPTIONS</c>) pass to the application without a login.</summary>
    [Id(5)] public bool AllowPreflight { get; init; }

    /// <summary>True accepts bearer tokens signed with the shared secret of an HS256 tenant; every holder of the secret can mint those.</summary>
    [Id(6)] public bool AcceptSharedSecretBearer { get; init; }

    /// <summary>Status of the login redirect on <c>/interceptor</c>: 307 as in the contract, or 302.</summary>
    [Id(7)] public int RedirectStatus { get; init; } = 307;

    /// <summary>What the login behind a request must be like (RFC 9470); null where any login will do.</summary>
    [Id(8)] public LoginRequirement? Requirement { get; init; }
}

/// <summary>One identity header of forward-auth.</summary>
/// <param name="Name">Header name as sent to the proxy.</param>
/// <param name="Claim">Claim path in the session's claims, dots for nesting.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.identity-header")]
public sealed record IdentityHeader([property: Id(0)] string Name, [property: Id(1)] string Claim);

/// <summary>What a tenant may change about its pages.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.page-settings")]
public sealed record PageSettings
{
    /// <summary>The embedded look and the strict policy.</summary>
    public static PageSettings Default { get; } = new();

    /// <summary>Replaces the strict Content-Security-Policy on this tenant's pages; null keeps it.</summary>
    [Id(0)] public string? ContentSecurityPolicy { get; init; }

    /// <summary>Text overrides: language (<c>en_EN</c>) to key to text.</summary>
    [Id(1)] public ImmutableDictionary<string, ImmutableDictionary<string, string>> Texts { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<string, string>>.Empty;
}

/// <summary>Limits of a tenant's sessions.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.session-settings")]
public sealed record SessionSettings
{
    /// <summary>No idle limit, absolute limit 30 days.</summary>
    public static SessionSettings Default { get; } = new();

    /// <summary>A session unseen for this long ends; null means only its cookie's life limits it.</summary>
    [Id(0)] public TimeSpan? IdleLimit { get; init; }

    /// <summary>A session ends this long after its login however active it is. Default 30 days.</summary>
    [Id(1)] public TimeSpan AbsoluteLimit { get; init; } = TimeSpan.FromDays(30);
}
