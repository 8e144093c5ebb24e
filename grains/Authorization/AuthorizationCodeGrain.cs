using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <inheritdoc cref="IAuthorizationCodeGrain"/>
[GrainType("authorization-code")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class AuthorizationCodeGrain(
    [PersistentState("code", StorageNames.Ephemeral)] IPersistentState<CodeState> record,
    CatalogEntries catalog,
    ClientAuthenticator clients,
    Revocations revocations,
    TimeProvider clock) : Grain, IAuthorizationCodeGrain
{
    private readonly CheckedState<CodeState> _stored = new(record, clock);

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken) => catalog.UntilLoaded(cancellationToken);

    /// <inheritdoc />
    public async Task<bool> Issue(IssueCode request, CancellationToken cancellationToken)
    {
        var state = await _stored.Read();
        return state.Facts is { } facts ? IsTheSame(state, facts, request) : await _stored.TryWrite(new CodeState
        {
            Facts = request.Facts,
            RedirectUri = request.RedirectUri,
            Challenge = request.Challenge,
            ChallengeMethod = request.ChallengeMethod,
            ExpiresAt = clock.GetUtcNow() + request.Life,
            GrantId = GrantIds.New(),
        });
    }

    /// <inheritdoc />
    public async Task<TokenOutcome> Redeem(RedeemCode request, CancellationToken cancellationToken)
    {
        var outcome = await Judge(request, cancellationToken);
        _stored.LeaveIfEmpty(this);
        return outcome;
    }

    private async Task<TokenOutcome> Judge(RedeemCode request, CancellationToken cancellationToken)
    {
        var verdict = await clients.Authenticate(request.Client, cancellationToken);
        if (verdict is not ClientVerdict.Proven(var client))
        {
            return new TokenOutcome.Refused(((ClientVerdict.Refused)verdict).Error);
        }

        if (!client.GrantTypes.Contains(GrantTypes.AuthorizationCode))
        {
            return Refuse(OAuthError.UnauthorizedClient("The client may not use this grant type.", Reasons.ErrorUnsupportedGrantType));
        }

        var state = await _stored.Read();
        if (CodeRules.WhyRefused(state, client, request) is { } error)
        {
            return Refuse(error);
        }

        var now = clock.GetUtcNow();
        if (state.ConsumedAt is not null)
        {
            return await AnswerReplay(state, client, request, now, cancellationToken);
        }

        var facts = state.Facts!;
        if (now >= state.ExpiresAt || (facts.Sid is { } sid && await revocations.IsRevoked(RevocationKind.Session, sid, cancellationToken)))
        {
            return Refuse(CodeRules.Unknown());
        }

        if (!await GrainFactory.IsFresh(request.Proof, cancellationToken))
        {
            return Refuse(DpopRules.Replayed());
        }

        // This write is the redemption: of any number of parallel ones, on any number of activations, storage takes one.
        if (!await _stored.TryWrite(state with { ConsumedAt = now }))
        {
            return await AnswerReplay(await _stored.Read(), client, request, now, cancellationToken);
        }

        return await GrainFactory.GetGrain<IGrantGrain>(state.GrantId).Open(
            new OpenGrant
            {
                Facts = facts with { ClientId = request.Client.ClientId, Jkt = request.Jkt },
                Resources = request.Resources,
                WithRefreshToken = client.GrantTypes.Contains(GrantTypes.RefreshToken),
                Terms = request.Terms,
            },
            cancellationToken);
    }

    // Asked again by the gateway that never heard of its first success; to be one's own guess of 256 bits is nobody else's luck.
    private static bool IsTheSame(CodeState state, GrantFacts facts, IssueCode request) =>
        state.ConsumedAt is null && facts.Client == request.Facts.Client && facts.Tenant == request.Facts.Tenant && facts.Sid == request.Facts.Sid
        && facts.Subject == request.Facts.Subject && state.RedirectUri == request.RedirectUri && state.Challenge == request.Challenge;

    /// <summary>RFC 6749 §4.1.2: what the code was exchanged for ends with its second use; nobody can tell who of the two stole it.</summary>
    private async Task<TokenOutcome> AnswerReplay(CodeState state, Client client, RedeemCode request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var accessTokensUntil = now + (client.TokenLives.AccessToken ?? request.Terms.AccessTokenLife);
        await GrainFactory.GetGrain<IGrantGrain>(state.GrantId).Revoke(accessTokensUntil, cancellationToken);
        return Refuse(CodeRules.Unknown() with { Cause = "The code was used before: everything it was exchanged for is revoked." });
    }

    private static TokenOutcome.Refused Refuse(OAuthError error) => new(error);
}
