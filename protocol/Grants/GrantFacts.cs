using System.Collections.Immutable;
using Orleans;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>What was agreed between a person, a client and us: everything a token of the grant can say. Holds no secret.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.grants.facts")]
public sealed record GrantFacts
{
    /// <summary>Tenant name.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>The client.</summary>
    [Id(1)] public required Guid Client { get; init; }

    /// <summary>The client's id in its own spelling: what a client compares <c>aud</c> with (OpenID Connect Core §3.1.3.7 step 3).</summary>
    [Id(2)] public required string ClientId { get; init; }

    /// <summary>The session, or null where no session stands behind the grant.</summary>
    [Id(3)] public string? Sid { get; init; }

    /// <summary>Subject; for a client that acts for itself its id.</summary>
    [Id(4)] public required string Subject { get; init; }

    /// <summary>Login name; empty without a person.</summary>
    [Id(5)] public string User { get; init; } = "";

    /// <summary>Role; empty without a person.</summary>
    [Id(6)] public string Role { get; init; } = "";

    /// <summary>Profile as JSON text, or null.</summary>
    [Id(7)] public string? ProfileJson { get; init; }

    /// <summary>Granted scopes: sorted, unique.</summary>
    [Id(8)] public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>When the person logged in, or the client proved itself.</summary>
    [Id(9)] public required DateTimeOffset AuthTime { get; init; }

    /// <summary><c>nonce</c> of the authorization request, or null.</summary>
    [Id(10)] public string? Nonce { get; init; }

    /// <summary>Authentication context class, or null.</summary>
    [Id(11)] public string? Acr { get; init; }

    /// <summary>Authentication methods (RFC 8176).</summary>
    [Id(12)] public ImmutableArray<string> Amr { get; init; } = [];

    /// <summary>The checked <c>claims</c> parameter as JSON text (OpenID Connect Core §5.5), or null.</summary>
    [Id(13)] public string? ClaimsJson { get; init; }

    /// <summary>Resources the tokens are for (RFC 8707); empty for the client itself.</summary>
    [Id(14)] public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Thumbprint of the key the tokens are bound to (RFC 9449 §6.1), or null for bearer tokens.</summary>
    [Id(15)] public string? Jkt { get; init; }

    /// <summary>The claim <c>act</c> as JSON text (RFC 8693 §4.1), or null.</summary>
    [Id(16)] public string? ActorJson { get; init; }

    /// <summary>True with <c>offline_access</c>: the grant outlives the session.</summary>
    [Id(17)] public bool IsOffline { get; init; }

    /// <summary>No token of the grant lives longer than this: the absolute end of the session, or null without one or with <see cref="IsOffline"/>.</summary>
    [Id(18)] public DateTimeOffset? EndsAt { get; init; }

    /// <summary>
    /// What the person's provider gave of scopes the client may take; empty when it gave none, null where nobody kept it: in grants of before, in those a silo of an older build has refreshed, and in those that are
    /// never refreshed. A scope that only the client's own list allowed ends when it is taken from that list, whatever the client may take from providers.
    /// </summary>
    [Id(19)] public ImmutableArray<string>? ProviderScopes { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"GrantFacts {{ Tenant = {Tenant}, Client = {Client} }}";
}
