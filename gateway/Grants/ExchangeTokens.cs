using System.Collections.Immutable;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>Opens the tokens a client brings to an exchange: of its own tenant, good and not revoked, and issued to a client it may speak for.</summary>
internal sealed class ExchangeTokens(
    AccessTokens accessTokens, TokenProfiles profiles, PublishedKeys keys, CatalogMirror catalog, IGrainFactory grains, ServerSettings settings, TimeProvider clock)
{
    /// <summary>Whether this gateway knows enough to answer.</summary>
    public bool CanTell => accessTokens.CanTell;

    /// <summary>What an access token stands for; null when it is not good or not for this client to bring. Throws where nobody can tell.</summary>
    /// <param name="text">The token, from anybody.</param>
    /// <param name="client">Who brings it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ExchangeSubject?> OfAccessToken(string text, Client client, CancellationToken cancellationToken)
    {
        if (await accessTokens.Find(text, cancellationToken) is not { } good || good.Tenant.Name != client.TenantName || OwnerOf(good.Token.ClientId, client) is not { } owner)
        {
            return null;
        }

        var told = await profiles.Of(good, cancellationToken);
        if (told is not ProfileAnswer.Found(var profile))
        {
            // A client would throw away a token that is good.
            return told is ProfileAnswer.OutOfReach ? throw new TimeoutException("The profile of the subject's token cannot be read now.") : null;
        }

        var (token, claims) = (good.Token, good.Token.Claims);
        using var json = JsonDocument.Parse(token.Json, SignedJwt.Json);
        return new ExchangeSubject
        {
            Client = owner.Ident,
            IsBound = token.IsBound,
            ExpiresAt = claims.ExpiresAt,
            GrantId = token.GrantId,
            Audiences = token.Audiences,
            Actor = json.RootElement.TryGetProperty(JwtClaims.Actor, out var actor) ? actor.Clone() : null,
            Facts = new GrantFacts
            {
                Tenant = good.Tenant.Name,
                Client = owner.Ident,
                ClientId = token.ClientId!,
                Sid = token.SessionId,
                Subject = claims.Subject,
                User = claims.User,
                Role = claims.Role,
                ProfileJson = profile,
                // By blanks alone, as it was written: a provider's scope may hold a plus.
                Scopes = [.. claims.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                AuthTime = claims.AuthTime,
                Acr = JoseReading.Text(json.RootElement, JwtClaims.Acr),
                Amr = Texts(json.RootElement, JwtClaims.Amr),
                Jkt = token.Jkt,
            },
        };
    }

    /// <summary>What an ID token of ours stands for: the person of its session, without any scope, for it grants none.</summary>
    /// <inheritdoc cref="OfAccessToken" path="/param"/>
    public async Task<ExchangeSubject?> OfIdToken(string text, Client client, CancellationToken cancellationToken)
    {
        if (catalog.Current.TenantByName(client.TenantName) is not { } tenant
            || SignedJwt.Open(text, TokenTypes.IdToken, await keys.Need(tenant, cancellationToken), []) is not { } payload
            || Read(payload, IssuerRules.IssuerOf(tenant, settings.PublicDomain)) is not { } identity
            || OwnerOf(identity.Audience, client) is not { } owner
            || accessTokens.IsRevoked(RevocationKind.Session, identity.Sid)
            || accessTokens.IsRevoked(RevocationKind.Grant, identity.GrantId)
            || await grains.GetGrain<ISessionGrain>(identity.Sid).Look(tenant.Name, cancellationToken) is not SessionOutcome.Alive(var session)
            || session.Subject != identity.Subject)
        {
            return null;
        }

        return new ExchangeSubject
        {
            Client = owner.Ident,
            ExpiresAt = identity.ExpiresAt,
            GrantId = identity.GrantId,
            Audiences = [identity.Audience],
            Facts = SessionFacts.Of(session, owner.Ident, identity.Audience),
        };
    }

    /// <summary>A token of a client that is gone opens nothing here, however long it lives elsewhere (attack group 25).</summary>
    private Client? OwnerOf(string? clientId, Client client) =>
        ClientIdRules.TryRead(clientId, out var ident)
        && catalog.Current.ClientByIdent(ident) is { } owner
        && owner.TenantName == client.TenantName
        && ExchangeRules.MayBring(client, ident)
            ? owner
            : null;

    private Identity? Read(byte[] payload, string issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, SignedJwt.Json);
            var root = document.RootElement;
            var expires = DateTimeOffset.FromUnixTimeSeconds(root.GetProperty(JwtClaims.ExpiresAt).GetInt64());
            return root.GetProperty(JwtClaims.Issuer).GetString() == issuer
                && expires > clock.GetUtcNow()
                && JoseReading.Text(root, JwtClaims.Audience) is { } audience
                && JoseReading.Text(root, JwtClaims.Subject) is { } subject
                && JoseReading.Text(root, JwtClaims.SessionId) is { Length: > 0 } sid
                    ? new Identity(audience, subject, sid, JoseReading.Text(root, JwtClaims.GrantId), expires)
                    : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static ImmutableArray<string> Texts(JsonElement root, string claim) => root.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Where(static one => one.ValueKind == JsonValueKind.String).Select(static one => one.GetString()!)]
        : [];

    private sealed record Identity(string Audience, string Subject, string Sid, string? GrantId, DateTimeOffset ExpiresAt);
}

/// <summary>A token somebody brings to an exchange. Never printed.</summary>
internal sealed record ExchangeSubject
{
    /// <summary>The client it was issued to.</summary>
    public required Guid Client { get; init; }

    /// <summary>What it says, with the key it is bound to.</summary>
    public required GrantFacts Facts { get; init; }

    /// <summary>Whether it is bound to a key.</summary>
    public bool IsBound { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The grant it descends from, or null.</summary>
    public string? GrantId { get; init; }

    /// <summary>Whom it is for.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Whether a person stands behind it, and not a client by itself.</summary>
    public bool IsOfPerson => !ClientSubject.IsOne(Facts.Subject);

    /// <summary>Its claim <c>act</c>, or null.</summary>
    public JsonElement? Actor { get; init; }

    /// <inheritdoc />
    public override string ToString() => "ExchangeSubject { *** }";
}
