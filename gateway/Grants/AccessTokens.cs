using System.Text.Json;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// Whether an access token is good: signed by the tenant it names, in its time, and nothing it descends from revoked. Without a grain call. Only who asks on
/// our own endpoints gets an answer, so a token of a tenant with the shared secret is taken at its word here. A signature is checked once; time, client and revocation are
/// asked whenever the token is.
/// </summary>
internal sealed class AccessTokens(CatalogMirror catalog, KeyMirror keys, RevocationMirror revocations, ServerSettings settings, TimeProvider clock)
{
    /// <summary>Longer tokens are checked each time: what is remembered of one is several times its length.</summary>
    private const int LongestRemembered = 2048;

    private readonly TokenCache<CheckedToken> _checked =
        new(TokenCache<CheckedToken>.DefaultCapacity, static (one, other) => ReferenceEquals(one.Tenant, other.Tenant) && ReferenceEquals(one.Keys, other.Keys));

    /// <summary>Whether this gateway knows enough to answer: a stale one must not call a token good.</summary>
    public bool CanTell => catalog.IsReady && revocations.IsReady && catalog.Age <= settings.StaleLimit && revocations.Age <= settings.StaleLimit;

    /// <summary>The token with its tenant; null when it is not good. Throws where nobody can tell.</summary>
    /// <param name="token">The text, from anybody.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<GoodToken?> Find(string token, CancellationToken cancellationToken) =>
        (Recall(token) ?? await Check(token, cancellationToken)) is { } found
        && IsOfClient(found.Token.ClientId, found.Tenant)
        && !IsRevoked(RevocationKind.Session, found.Token.SessionId)
        && !IsRevoked(RevocationKind.Grant, found.Token.GrantId)
        && !IsRevoked(RevocationKind.Token, found.Token.TokenId)
            ? new GoodToken(found.Tenant, found.Token)
            : null;

    /// <summary>A token whose signature was checked before, against the tenant and the keys there are now.</summary>
    private CheckedToken? Recall(string token) =>
        _checked.TryGet(token, out var known)
        && ReferenceEquals(catalog.Current.TenantByName(known.Tenant.Name), known.Tenant)
        && keys.TryGet(known.Tenant.Name, out var held)
        && ReferenceEquals(held, known.Keys)
        && BearerToken.IsInTime(known.Token, clock.GetUtcNow())
            ? known
            : null;

    private async ValueTask<CheckedToken?> Check(string token, CancellationToken cancellationToken)
    {
        // The name only says whose keys must verify it.
        if (ClaimedTenant(token) is not { } name || catalog.Current.TenantByName(name) is not { } tenant)
        {
            return null;
        }

        // Without them a good token would be called bad: an application would throw it away, and one that is being revoked would live on.
        var tenantKeys = await keys.Need(tenant, cancellationToken);
        if (BearerToken.Verify(token, tenant, IssuerRules.IssuerOf(tenant, settings.PublicDomain), tenantKeys, clock.GetUtcNow(), acceptShared: true) is not BearerVerdict.Valid(var access))
        {
            return null;
        }

        var found = new CheckedToken(tenant, tenantKeys, access);
        return token.Length > LongestRemembered ? found : _checked.Put(token, found);
    }

    /// <summary>A token of a client that is gone, or moved to another tenant, is not good (attack group 24).</summary>
    private bool IsOfClient(string? clientId, Tenant tenant) =>
        clientId is null || (ClientIdRules.TryRead(clientId, out var ident) && catalog.Current.ClientByIdent(ident)?.TenantName == tenant.Name);

    /// <summary>Whether this gateway's mirror knows the id to be revoked.</summary>
    internal bool IsRevoked(RevocationKind kind, string? id) => id is not null && revocations.IsRevoked(kind, id);

    private static string? ClaimedTenant(string token)
    {
        if (token.Length > SignedJwt.MaxLength || token.Split('.') is not [_, var part, _] || JoseReading.Bytes(part) is not { } payload)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(payload, SignedJwt.Json);
            return JoseReading.Text(document.RootElement, JwtClaims.Tenant);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed record CheckedToken(Tenant Tenant, TenantKeys Keys, AccessToken Token);
}

/// <summary>An access token that is good.</summary>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Token">What it says.</param>
internal sealed record GoodToken(Tenant Tenant, AccessToken Token);
