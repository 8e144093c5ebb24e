using System.Buffers.Text;
using System.Security.Cryptography;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Grants;

/// <content>Refresh tokens: rotation, the grace of a lost answer, and the end of a family whose spent token comes back (RFC 9700 §4.14.2).</content>
internal sealed partial class GrantGrain
{
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
        if (standing is RefreshVerdict.Current && attempt < Attempts && GrantRules.WhyForeign(state.Facts, client, request) is null && GrantRules.WhyTooMuch(state.Facts!, request) is null)
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

    private Task<TokenOutcome> Issue(GrantFacts facts, Client client, RefreshGrant request, string refreshToken, CancellationToken cancellationToken)
    {
        // OpenID Connect Core §12.2: an ID token of a refresh has no nonce of its own; the client is told what it calls itself now.
        var now = facts with { ClientId = request.Client.ClientId, ClaimsJson = GrantRules.Claims(facts, client) };
        return workshop.Mint.Mint(Order(now, request.Terms, GrantRules.Scopes(facts, client, request), GrantRules.Audiences(facts, request.Resources)!.Value, refreshToken), cancellationToken);
    }

    private static string NewSecret(string tagKey) =>
        RefreshTokenText.MakeSecret(RandomNumberGenerator.GetBytes(RefreshTokenText.RandomBytes), Base64Url.DecodeFromChars(tagKey));
}
