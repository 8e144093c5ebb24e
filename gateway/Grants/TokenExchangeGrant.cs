using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// A token for another one (RFC 8693): a client that serves a person calls the next service on their behalf. What comes out keeps the session and the grant of
/// what went in, so that whatever ends those ends it too.
/// </summary>
internal sealed class TokenExchangeGrant(ProvenClients clients, IGrainFactory grains, ExchangeTokens tokens) : ITokenGrant
{
    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; } = [GrantTypes.TokenExchange];

    /// <inheritdoc />
    public async Task<TokenOutcome> Answer(TokenRequest request)
    {
        var aborted = request.Context.RequestAborted;
        var verdict = await clients.Authenticate(request.Client, aborted);
        if (verdict is not ClientVerdict.Proven(var client))
        {
            return Refuse(((ClientVerdict.Refused)verdict).Error);
        }

        var ask = AskOf(request);
        if ((ExchangeRules.WhyForbidden(client, ask) ?? WhyIncomplete(request) ?? ExchangeRules.WhyMalformed(ask) ?? DpopRules.WhyUnbound(client, request.Jkt)) is { } error)
        {
            return Refuse(error);
        }

        if (!tokens.CanTell)
        {
            return Refuse(OAuthError.Unavailable());
        }

        var subject = ask.SubjectTokenType == TokenTypeIdentifiers.IdToken
            ? await tokens.OfIdToken(request.Form[OAuthParameters.SubjectToken]!, client, aborted)
            : await tokens.OfAccessToken(request.Form[OAuthParameters.SubjectToken]!, client, aborted);
        if (subject is null)
        {
            return Refuse(OAuthError.InvalidRequest("The subject_token is none of the tenant's, not good any more, or not one this client may bring.", Reasons.InvalidToken));
        }

        if (subject.IsOfPerson && ExchangeRules.WhyBeyondConsent(client, ask, subject.Client, subject.Audiences) is { } beyond)
        {
            return Refuse(beyond);
        }

        var actor = ask.HasActorToken ? await tokens.OfAccessToken(request.Form[OAuthParameters.ActorToken]!, client, aborted) : null;
        if (ask.HasActorToken && (actor is null || actor.Client != client.Ident))
        {
            return Refuse(OAuthError.InvalidRequest("The actor_token is not a good token of this client.", Reasons.InvalidToken));
        }

        return await Exchange(request, client, ask, subject, actor);
    }

    private async Task<TokenOutcome> Exchange(TokenRequest request, Client client, ExchangeAsk ask, ExchangeSubject subject, ExchangeSubject? actor)
    {
        // A bound token is worth nothing without its key, here too (RFC 9449 §7).
        if (IsUnproven(subject, request.Jkt) || (actor is not null && IsUnproven(actor, request.Jkt)))
        {
            return Refuse(DpopRules.Invalid("A token is bound to a key: send a DPoP proof of that key."));
        }

        var (isGood, actorJson) = ExchangeRules.Actors(actor is null ? null : new ExchangeActor(actor.Facts.Subject, actor.Facts.ClientId), subject.Actor);
        if (!isGood)
        {
            return Refuse(OAuthError.InvalidRequest("Too many act through one another."));
        }

        if (request.Proof is { } proof && !await grains.GetGrain<IProofGrain>(proof.Key).TryUse(proof.Until, request.Context.RequestAborted))
        {
            return Refuse(DpopRules.Replayed());
        }

        var outcome = await grains.GetGrain<ITokenGrain>(client.TenantName).Mint(
            new MintTokens
            {
                Facts = subject.Facts with
                {
                    Client = client.Ident,
                    ClientId = request.Client.ClientId,
                    Scopes = ExchangeRules.Scopes(client, subject.Facts.Scopes, ScopeRules.Parse(request.Form[OAuthParameters.Scope])),
                    Resources = ask.Resources,
                    Jkt = request.Jkt,
                    ActorJson = actorJson,
                },
                Terms = request.Terms,
                NotAfter = actor is not null && actor.ExpiresAt < subject.ExpiresAt ? actor.ExpiresAt : subject.ExpiresAt,
                Audiences = ask.Audiences,
                GrantId = subject.GrantId,
            },
            request.Context.RequestAborted);
        return outcome is TokenOutcome.Issued(var issued)
            ? new TokenOutcome.Issued(issued with { IssuedTokenType = TokenTypeIdentifiers.AccessToken })
            : outcome;
    }

    private static bool IsUnproven(ExchangeSubject token, string? jkt) => token.IsBound && (token.Facts.Jkt is null || token.Facts.Jkt != jkt);

    private static OAuthError? WhyIncomplete(TokenRequest request) =>
        request.Form[OAuthParameters.SubjectToken] is null ? OAuthError.InvalidRequest("No String was found at 'subject_token'")
        : request.Form[OAuthParameters.SubjectTokenType] is null ? OAuthError.InvalidRequest("No String was found at 'subject_token_type'")
        : null;

    private static ExchangeAsk AskOf(TokenRequest request) => new()
    {
        SubjectTokenType = request.Form[OAuthParameters.SubjectTokenType],
        HasActorToken = request.Form[OAuthParameters.ActorToken] is not null,
        ActorTokenType = request.Form[OAuthParameters.ActorTokenType],
        RequestedTokenType = request.Form[OAuthParameters.RequestedTokenType],
        Resources = [.. request.Form.All(OAuthParameters.Resource)],
        Audiences = [.. request.Form.All(OAuthParameters.Audience)],
    };

    private static TokenOutcome.Refused Refuse(OAuthError error) => new(error);
}
