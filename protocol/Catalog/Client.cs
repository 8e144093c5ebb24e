using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orleans;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>One validated client as every process may see it, without its secret.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.client")]
public sealed record Client
{
    /// <summary>The <c>client_id</c>; compared without regard to case.</summary>
    [Id(0)] public required Guid Ident { get; init; }

    /// <summary>The client's display and metric name.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>The namespace the client was declared in; empty for files.</summary>
    [Id(2)] public string Namespace { get; init; } = "";

    /// <summary>The exact name of its tenant.</summary>
    [Id(3)] public required string TenantName { get; init; }

    /// <summary>Patterns a redirect URI must match as a whole.</summary>
    [Id(4)] public required ImmutableArray<string> RedirectUrls { get; init; }

    /// <summary>Grants the client may use. Unset means authorization code and refresh token.</summary>
    [Id(5)] public ImmutableArray<string> GrantTypes { get; init; } = ["authorization_code", "refresh_token"];

    /// <summary>Scope patterns the client may ask for; empty means none.</summary>
    [Id(6)] public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Scope patterns the login script may add; empty means none.</summary>
    [Id(7)] public ImmutableArray<string> AllowedProviderScopes { get; init; } = [];

    /// <summary>Patterns for the first <c>Referer</c>; empty means any.</summary>
    [Id(8)] public ImmutableArray<string> Referrers { get; init; } = [];

    /// <summary>True for clients that must prove themselves, by a secret or by keys.</summary>
    [Id(9)] public bool IsConfidential { get; init; }

    /// <summary>True refuses authorization requests without PKCE even for confidential clients.</summary>
    [Id(10)] public bool IsPkceOnly { get; init; }

    /// <summary>Device grant settings, or null when the client has none.</summary>
    [Id(11)] public DeviceGrantSettings? DeviceGrant { get; init; }

    /// <summary>True allows the PKCE method <c>plain</c>.</summary>
    [Id(12)] public bool AllowPlainPkce { get; init; }

    /// <summary>
    /// The only way the client may prove itself (<c>token_endpoint_auth_method</c>, RFC 7591 §2), one of
    /// <see cref="Words.ClientAuthenticationMethods"/>; null takes the secret by HTTP Basic or in the form, and nothing where there is none.
    /// </summary>
    [Id(13)] public string? AuthenticationMethod { get; init; }

    /// <summary>The client's public keys as a JWK set (RFC 7517 §5), JSON text, or null.</summary>
    [Id(14)] public string? JwksJson { get; init; }

    /// <summary>Where the client publishes its public keys, or null.</summary>
    [Id(15)] public string? JwksUri { get; init; }

    /// <summary>True takes authorization requests by reference to a pushed one only (RFC 9126 §6).</summary>
    [Id(16)] public bool RequirePushedRequests { get; init; }

    /// <summary>True issues tokens bound to a key only (RFC 9449 §5.2).</summary>
    [Id(17)] public bool RequireDpop { get; init; }

    /// <summary>True asks the person before the client gets anything.</summary>
    [Id(18)] public bool RequireConsent { get; init; }

    /// <summary>Patterns a <c>post_logout_redirect_uri</c> must match as a whole; empty means none is taken.</summary>
    [Id(19)] public ImmutableArray<string> PostLogoutRedirectUrls { get; init; } = [];

    /// <summary>How the client hears of a logout.</summary>
    [Id(20)] public LogoutNotices Logout { get; init; } = LogoutNotices.None;

    /// <summary>Resources the client may ask tokens for (RFC 8707), exact URIs; empty means none.</summary>
    [Id(21)] public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Lives of the client's tokens.</summary>
    [Id(22)] public ClientTokenLives TokenLives { get; init; } = ClientTokenLives.Default;

    /// <summary>What the client may exchange (RFC 8693), or null for nothing.</summary>
    [Id(23)] public TokenExchangeSettings? TokenExchange { get; init; }

    /// <summary>What people are shown about the client.</summary>
    [Id(24)] public ClientInformations Informations { get; init; } = ClientInformations.None;

    /// <summary>Whose tokens the client may introspect, besides its own and those that name it as audience.</summary>
    [Id(25)] public IntrospectionReach Introspection { get; init; }

    /// <summary>
    /// What the client's ID tokens and logout tokens are signed with (<c>id_token_signed_response_alg</c>, OpenID Connect Dynamic Registration §2); null takes
    /// the tenant's.
    /// </summary>
    [Id(26)] public SigningAlgorithm? IdTokenAlgorithm { get; init; }
}

/// <summary>How a client hears that a session ended.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.logout-notices")]
public sealed record LogoutNotices
{
    /// <summary>The client is not told.</summary>
    public static LogoutNotices None { get; } = new();

    /// <summary>Loaded in a frame of the logout page (Front-Channel Logout §2); null for not.</summary>
    [Id(0)] public string? FrontChannelUri { get; init; }

    /// <summary>True sends <c>iss</c> and <c>sid</c> to <see cref="FrontChannelUri"/>.</summary>
    [Id(1)] public bool FrontChannelSession { get; init; }

    /// <summary>Receives a logout token (Back-Channel Logout §2.2); null for not.</summary>
    [Id(2)] public string? BackChannelUri { get; init; }

    /// <summary>True demands <c>sid</c> in the logout token; we always send it.</summary>
    [Id(3)] public bool BackChannelSession { get; init; }
}

/// <summary>Lives of a client's tokens; null takes the server's.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.client-token-lives")]
public sealed record ClientTokenLives
{
    /// <summary>Everything as the server has it, grace 10 s.</summary>
    public static ClientTokenLives Default { get; } = new();

    /// <summary>The longest life of an access token a client may be given: 31 days. Keys verify longer than that.</summary>
    public static TimeSpan MostAccess { get; } = TimeSpan.FromDays(31);

    /// <summary>Access token. Server: <c>TOKEN_EXPIRATION_IN_HOURS</c>.</summary>
    [Id(0)] public TimeSpan? AccessToken { get; init; }

    /// <summary>Refresh token that is not used. Server: <c>TOKEN_REFRESH_EXPIRATION_IN_HOURS</c>.</summary>
    [Id(1)] public TimeSpan? RefreshIdle { get; init; }

    /// <summary>The whole refresh family, however often it is used (OWASP ASVS 10.4.8). Default 90 days.</summary>
    [Id(2)] public TimeSpan RefreshAbsolute { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a rotated refresh token still gets the same successor. Default 10 s; zero switches it off.</summary>
    [Id(3)] public TimeSpan RefreshGrace { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>What a client may exchange (RFC 8693).</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.token-exchange-settings")]
public sealed record TokenExchangeSettings
{
    /// <summary>Clients whose tokens it may bring as <c>subject_token</c>; its own always.</summary>
    [Id(0)] public ImmutableArray<Guid> SubjectClients { get; init; } = [];

    /// <summary>True lets it act as the subject without a trace in the token (impersonation); false demands an actor (delegation).</summary>
    [Id(1)] public bool AllowImpersonation { get; init; }

    /// <summary>Audiences it may ask for: ids of clients of the tenant; resources stand in <see cref="Client.Resources"/>.</summary>
    [Id(2)] public ImmutableArray<string> Audiences { get; init; } = [];
}

/// <summary>What people are shown about a client (RFC 7591 §2).</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.client-informations")]
public sealed record ClientInformations
{
    /// <summary>Only the client's name.</summary>
    public static ClientInformations None { get; } = new();

    /// <summary>Name people know; null for the client's name.</summary>
    [Id(0)] public string? DisplayName { get; init; }

    /// <summary>Home page, or null.</summary>
    [Id(1)] public string? Uri { get; init; }

    /// <summary>Privacy policy, or null.</summary>
    [Id(2)] public string? PolicyUri { get; init; }

    /// <summary>Terms of service, or null.</summary>
    [Id(3)] public string? TermsUri { get; init; }
}

/// <summary>Whose tokens a client may introspect.</summary>
[GenerateSerializer, Alias("uitsmijter.catalog.introspection-reach")]
public enum IntrospectionReach
{
    /// <summary>Its own, and those that name it or one of its resources as audience.</summary>
    Audience = 0,

    /// <summary>Every access token of its tenant: a gateway in front of many applications.</summary>
    Tenant = 1,

    /// <summary>None.</summary>
    None = 2,
}

/// <summary>RFC 8628 settings of one client.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.device-grant-settings")]
public sealed record DeviceGrantSettings
{
    /// <summary>Life of device and user code. Default 1800 s.</summary>
    [Id(0)] public TimeSpan ExpiresIn { get; init; } = TimeSpan.FromSeconds(1800);

    /// <summary>Minimum distance between polls. Default 5 s.</summary>
    [Id(1)] public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Address shown to the user; null means <c>/activate</c> of the requested host.</summary>
    [Id(2)] public string? VerificationUri { get; init; }
}

/// <summary>A client with what stays inside the silos.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.client-entry")]
public sealed record ClientEntry
{
    /// <summary>The part every process may see.</summary>
    [Id(0)] public required Client Client { get; init; }

    /// <summary>Lower-case hex SHA-256 of the client secret, or null for a public client.</summary>
    [Id(1)] public string? SecretDigest { get; init; }

    /// <summary>Where the entity came from (file path, or resource uid and version), for logs and conditions.</summary>
    [Id(2)] public string Source { get; init; } = "";

    /// <summary>
    /// The secret itself, sealed under <c>KEY_ENCRYPTION_SECRET</c>, for clients that sign assertions with it (<c>client_secret_jwt</c>); else null.
    /// </summary>
    [Id(3)] public ImmutableArray<byte>? SealedSecret { get; init; }

    /// <summary>
    /// The secret as it was configured, for the silo that read it to resolve and to seal: in the memory of that process, and nowhere else. Neither
    /// messages nor storage have this property.
    /// </summary>
    [JsonIgnore]
    [field: NonSerialized]
    public ClientSecretSource? SecretSource { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"ClientEntry {{ {Client.Name}, {Source} }}";
}
