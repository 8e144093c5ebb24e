using System.Collections.Immutable;
using System.Security.Cryptography;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Grants;

/// <inheritdoc cref="IGrantGrain"/>
/// <remarks>A grant without a refresh token has no record: its access tokens carry its id, and the feed ends them.</remarks>
[GrainType("grant")]
[CollectionAgeLimit(Minutes = 5)]
internal sealed partial class GrantGrain(
    [PersistentState("grant", StorageNames.Durable)] IPersistentState<GrantState> record,
    GrantWorkshop workshop,
    TimeProvider clock) : Grain, IGrantGrain
{
    private const int Attempts = 4;
    private readonly CheckedState<GrantState> _stored = new(record, clock);

    private string Id => this.GetPrimaryKeyString();

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken) => workshop.Catalog.UntilLoaded(cancellationToken);

    /// <inheritdoc />
    public async Task<TokenOutcome> Open(OpenGrant request, CancellationToken cancellationToken)
    {
        var state = await _stored.Read();
        if (state.Facts is not null || state.RevokedAt is not null)
        {
            return Refuse(Gone());
        }

        if (workshop.Catalog.Client(request.Facts.Client)?.Client is not { } client)
        {
            return Refuse(Gone());
        }

        if (GrantRules.Audiences(request.Facts, request.Resources) is not { } audiences)
        {
            return Refuse(OAuthError.InvalidTarget("A resource was not granted."));
        }

        var now = clock.GetUtcNow();
        var (family, secret) = request.WithRefreshToken ? FirstToken(request, client) : (null, "");
        if (request.Facts.IsOffline && !await workshop.Keep(Id, request.Facts, now, (family?.AbsoluteEnd ?? now) + AccessLife(client, request.Terms), cancellationToken))
        {
            return Refuse(Gone());
        }

        string? refreshToken = null;
        if (family is not null)
        {
            if (!await _stored.TryWrite(new GrantState { Facts = request.Facts, Family = family, AccessUntil = now + AccessLife(client, request.Terms) }))
            {
                return Refuse(Gone());
            }

            refreshToken = RefreshTokenText.Join(Id, secret);
        }

        return await workshop.Mint.Mint(Order(request.Facts, request.Terms, request.Facts.Scopes, audiences, refreshToken), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<GrantView?> Inspect(string secret, CancellationToken cancellationToken)
    {
        // Memory alone grants nothing, and an introspection is believed by others.
        var state = await ReadStored(cancellationToken);
        _stored.LeaveIfEmpty(this);
        return state is { Facts: { } facts, Family: { } family, RevokedAt: null }
            && RefreshRules.Judge(family, secret, clock.GetUtcNow(), TimeSpan.Zero) == RefreshVerdict.Current
            && !await IsEnded(facts, cancellationToken)
                ? new GrantView(facts, family.IssuedAt, family.ExpiresAt)
                : null;
    }

    /// <inheritdoc />
    public async Task<string?> Profile(string tenant, string subject, CancellationToken cancellationToken)
    {
        var state = await ReadStored(cancellationToken);
        return state is { Facts: { } facts, RevokedAt: null } && facts.Tenant == tenant && facts.Subject == subject ? facts.ProfileJson : null;
    }

    /// <inheritdoc />
    public async Task<GrantFacts?> EndByToken(string secret, Guid client, string tenant, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var state = await ReadStored(cancellationToken);
        _stored.LeaveIfEmpty(this);
        if (state is { Facts: { } facts, Family: { } family }
            && facts.Client == client
            && facts.Tenant == tenant
            && RefreshRules.Judge(family, secret, clock.GetUtcNow(), TimeSpan.Zero) != RefreshVerdict.Unknown)
        {
            await Revoke(until, cancellationToken);
            return facts;
        }

        return null;
    }

    /// <inheritdoc />
    public async Task Revoke(DateTimeOffset until, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = await _stored.Read();

            // A grant without a record, or of an older build, may have given tokens of any life a client can have.
            var last = state.AccessUntil ?? clock.GetUtcNow() + ClientTokenLives.MostAccess;

            // Feed first: from then on every gateway refuses, whatever becomes of this process.
            await workshop.Revocations.Revoke(
                new RevocationEntry(RevocationKind.Grant, Id, (last > until ? last : until) + SessionRules.ClockTolerance), cancellationToken);
            if (state.RevokedAt is not null || await _stored.TryWrite(state with { RevokedAt = clock.GetUtcNow(), Family = null }))
            {
                await (state.Facts is { IsOffline: true } facts ? workshop.TryForget(Id, facts) : Task.CompletedTask);
                return;
            }

            if (attempt == Attempts)
            {
                throw new InvalidOperationException("The grant kept changing while it was revoked; ask again.");
            }
        }
    }

    private async Task<GrantState> ReadStored(CancellationToken cancellationToken)
    {
        await record.ReadStateAsync(cancellationToken);
        return record.State;
    }

    private MintOrder Order(GrantFacts facts, MintTerms terms, ImmutableArray<string> scopes, ImmutableArray<string> audiences, string? refreshToken) => new()
    {
        Facts = facts,
        Terms = terms,
        Scopes = scopes,
        Audiences = audiences,
        GrantId = Id,
        RefreshToken = refreshToken,
    };

    private (RefreshFamily? Family, string Secret) FirstToken(OpenGrant request, Client client)
    {
        var tagKey = RandomNumberGenerator.GetBytes(RefreshTokenText.TagKeyBytes);
        var secret = RefreshTokenText.MakeSecret(RandomNumberGenerator.GetBytes(RefreshTokenText.RandomBytes), tagKey);
        var family = RefreshRules.First(
            secret, tagKey, clock.GetUtcNow(), RefreshRules.IdleLife(client, request.Terms.RefreshTokenLife), client.TokenLives.RefreshAbsolute, request.Facts.EndsAt);
        return (family, secret);
    }

    private async ValueTask<bool> IsEnded(GrantFacts facts, CancellationToken cancellationToken) =>
        await workshop.Revocations.IsRevoked(RevocationKind.Grant, Id, cancellationToken)
        || (facts is { Sid: { } sid, IsOffline: false } && await workshop.Revocations.IsRevoked(RevocationKind.Session, sid, cancellationToken));

    private static TimeSpan AccessLife(Client client, MintTerms terms) => client.TokenLives.AccessToken ?? terms.AccessTokenLife;

    private static OAuthError Gone() => OAuthError.InvalidGrant("The refresh token is unknown, expired, used or revoked.", Reasons.InvalidToken);

    private static TokenOutcome.Refused Refuse(OAuthError error) => new(error);
}
