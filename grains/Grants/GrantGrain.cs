using System.Collections.Immutable;
using System.Security.Cryptography;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Authorization;
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
    public async Task<TokenOutcome> Refresh(RefreshGrant request, CancellationToken cancellationToken)
    {
        var outcome = await Decide(request, cancellationToken);
        _stored.LeaveIfEmpty(this);
        return outcome;
    }

    private async Task<TokenOutcome> Decide(RefreshGrant request, CancellationToken cancellationToken)
    {
        var verdict = await workshop.Clients.Authenticate(request.Client, cancellationToken);
        if (verdict is not ClientVerdict.Proven(var client))
        {
            return Refuse(((ClientVerdict.Refused)verdict).Error);
        }

        // Before the grant is looked at: the answer must not depend on whether there is one.
        if (!client.GrantTypes.Contains(GrantTypes.RefreshToken))
        {
            return Refuse(OAuthError.UnauthorizedClient("The client may not use this grant type.", Reasons.ErrorUnsupportedGrantType));
        }

        var state = await _stored.Read();
        var now = clock.GetUtcNow();
        var standing = Judge(state, client, request, now);
        if (standing is RefreshVerdict.Reused or RefreshVerdict.Unknown)
        {
            // A token that another activation gave looks like a spent one to this memory, or like one of no grant at all, and revoking is for good.
            state = await ReadStored(cancellationToken);
            standing = Judge(state, client, request, now);
        }

        if (state.Facts is not null && standing is RefreshVerdict.Unknown)
        {
            // Before anything about the grant is judged: its id stands in every access token, and who only guesses the rest must not learn what the grant holds.
            return Refuse(Gone());
        }

        // Of a spent token nothing else is judged: whoever tries scopes with a stolen one must not do so without ringing the bell (RFC 9700 §4.14.2).
        if (!IsSpent(standing) && GrantRules.WhyForeign(state.Facts, client, request) is null && GrantRules.WhyTooMuch(state.Facts!, request) is not null)
        {
            // Memory may call a token current that another activation has rotated.
            state = await ReadStored(cancellationToken);
            standing = Judge(state, client, request, now);
        }

        if ((GrantRules.WhyForeign(state.Facts, client, request) ?? (IsSpent(standing) ? null : GrantRules.WhyTooMuch(state.Facts!, request))) is { } error)
        {
            return Refuse(error);
        }

        if (standing is RefreshVerdict.Current or RefreshVerdict.Retry && !await GrainFactory.IsFresh(request.Proof, cancellationToken))
        {
            return Refuse(DpopRules.Replayed());
        }

        switch (standing)
        {
            case RefreshVerdict.Current:
                return await IsEnded(state.Facts!, cancellationToken) ? Refuse(Gone()) : await Rotate(state, client, request, now, attempt: 1, cancellationToken);
            case RefreshVerdict.Retry:
                return await Repeat(client, request, now, Attempts, cancellationToken);
            case RefreshVerdict.Reused:
                return await EndFamily(client, request, now, cancellationToken);
            default:
                return Refuse(Gone());
        }
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

    private async Task<TokenOutcome> Rotate(GrantState state, Client client, RefreshGrant request, DateTimeOffset now, int attempt, CancellationToken cancellationToken)
    {
        var facts = state.Facts!;
        switch (await workshop.Validate(facts, request.AllowMissingProvider, cancellationToken))
        {
            case UserStanding.Invalid:
                await Revoke(now + AccessLife(client, request.Terms), cancellationToken);
                return Refuse(OAuthError.InvalidGrant("The user is not valid any more.", Reasons.Invalidate));
            case UserStanding.Undecided:
                // Nothing is spent: the same token is good for the next attempt.
                return Refuse(OAuthError.Unavailable("The provider cannot say whether the user is still valid. Try again."));
        }

        var secret = NewSecret(state.Family!.TagKey);
        var family = RefreshRules.Rotate(
            state.Family, request.Secret, secret, RandomNumberGenerator.GetBytes(12), now,
            RefreshRules.IdleLife(client, request.Terms.RefreshTokenLife), client.TokenLives.RefreshGrace);

        // The key of today is the key of the next refresh: a client may begin to bind what it has, a confidential one may change its key.
        facts = facts with { Jkt = request.Jkt };

        // Retries within the grace give access tokens too, without a write of their own.
        var accessUntil = now + client.TokenLives.RefreshGrace + AccessLife(client, request.Terms);

        // This write is the rotation: of any number of parallel ones storage takes one, and the others are retries of it.
        if (!await _stored.TryWrite(state with { Facts = facts, Family = family, AccessUntil = state.AccessUntil > accessUntil ? state.AccessUntil : accessUntil }))
        {
            return await Repeat(client, request, now, attempt, cancellationToken);
        }

        ForgetSuccessorAfter(client.TokenLives.RefreshGrace);
        return await Issue(facts, client, request, RefreshTokenText.Join(Id, secret), cancellationToken);
    }

    private static bool IsSpent(RefreshVerdict standing) => standing is not (RefreshVerdict.Current or RefreshVerdict.Retry);

    private static RefreshVerdict Judge(GrantState state, Client client, RefreshGrant request, DateTimeOffset now) =>
        state is { RevokedAt: null, Family: { } family } ? RefreshRules.Judge(family, request.Secret, now, client.TokenLives.RefreshGrace) : RefreshVerdict.Unknown;

    /// <summary>The predecessor once more: the same successor, from what storage says now and not from memory.</summary>
    private async Task<TokenOutcome> Repeat(Client client, RefreshGrant request, DateTimeOffset now, int attempt, CancellationToken cancellationToken)
    {
        var state = await ReadStored(cancellationToken);
        var standing = Judge(state, client, request, now);
        if (standing is RefreshVerdict.Current && attempt < Attempts && GrantRules.WhyRefused(state.Facts, client, request) is null)
        {
            // Another activation changed the grant and not its token: it forgot the successor before this one.
            return await IsEnded(state.Facts!, cancellationToken) ? Refuse(Gone()) : await Rotate(state, client, request, now, attempt + 1, cancellationToken);
        }

        if (standing is RefreshVerdict.Reused)
        {
            // This memory took it for the current one; storage knows that another activation rotated it long ago.
            return await EndFamily(client, request, now, cancellationToken);
        }

        if (standing is not RefreshVerdict.Retry
            || state is not { Facts: { } facts, Family: { } family }
            || facts.Jkt != request.Jkt
            || await IsEnded(facts, cancellationToken))
        {
            return Refuse(Gone());
        }

        return await Issue(facts, client, request, RefreshTokenText.Join(Id, RefreshRules.Successor(family, request.Secret)), cancellationToken);
    }

    /// <summary>RFC 9700 §4.14.2: a spent token in anybody's hands ends what the grant gave; nobody can tell who of the two stole it.</summary>
    private async Task<TokenOutcome> EndFamily(Client client, RefreshGrant request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await Revoke(now + AccessLife(client, request.Terms), cancellationToken);
        return Refuse(Gone() with { Cause = "A spent refresh token was used again: everything the grant gave is revoked." });
    }

    private async Task<GrantState> ReadStored(CancellationToken cancellationToken)
    {
        await record.ReadStateAsync(cancellationToken);
        return record.State;
    }

    private Task<TokenOutcome> Issue(GrantFacts facts, Client client, RefreshGrant request, string refreshToken, CancellationToken cancellationToken)
    {
        // OpenID Connect Core §12.2: an ID token of a refresh has no nonce of its own; the client is told what it calls itself now.
        var now = facts with { ClientId = request.Client.ClientId, ClaimsJson = GrantRules.Claims(facts, client) };
        return workshop.Mint.Mint(Order(now, request.Terms, GrantRules.Scopes(facts, client, request), GrantRules.Audiences(facts, request.Resources)!.Value, refreshToken), cancellationToken);
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

    private static string NewSecret(string tagKey) =>
        RefreshTokenText.MakeSecret(RandomNumberGenerator.GetBytes(RefreshTokenText.RandomBytes), System.Buffers.Text.Base64Url.DecodeFromChars(tagKey));

    private async ValueTask<bool> IsEnded(GrantFacts facts, CancellationToken cancellationToken) =>
        await workshop.Revocations.IsRevoked(RevocationKind.Grant, Id, cancellationToken)
        || (facts is { Sid: { } sid, IsOffline: false } && await workshop.Revocations.IsRevoked(RevocationKind.Session, sid, cancellationToken));

    private static TimeSpan AccessLife(Client client, MintTerms terms) => client.TokenLives.AccessToken ?? terms.AccessTokenLife;

    private static OAuthError Gone() => OAuthError.InvalidGrant("The refresh token is unknown, expired, used or revoked.", Reasons.InvalidToken);

    private static TokenOutcome.Refused Refuse(OAuthError error) => new(error);
}
