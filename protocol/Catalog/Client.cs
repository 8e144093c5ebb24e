using System.Collections.Immutable;
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

    /// <summary>True for clients that hold a secret.</summary>
    [Id(9)] public bool IsConfidential { get; init; }

    /// <summary>True refuses authorization requests without PKCE even for confidential clients.</summary>
    [Id(10)] public bool IsPkceOnly { get; init; }

    /// <summary>Device grant settings, or null when the client has none.</summary>
    [Id(11)] public DeviceGrantSettings? DeviceGrant { get; init; }

    /// <summary>True allows the PKCE method <c>plain</c>.</summary>
    [Id(12)] public bool AllowPlainPkce { get; init; }
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
}
