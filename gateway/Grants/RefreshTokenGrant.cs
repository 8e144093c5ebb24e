using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>A refresh token for new tokens (RFC 6749 §6): one grain call.</summary>
internal sealed class RefreshTokenGrant(ProvenClients clients, IGrainFactory grains, ServerSettings settings) : ITokenGrant
{
    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; } = [GrantTypes.RefreshToken];

    /// <inheritdoc />
    public async Task<TokenOutcome> Answer(TokenRequest request)
    {
        if (request.Form[OAuthParameters.RefreshToken] is not { } text)
        {
            return new TokenOutcome.Refused(OAuthError.InvalidRequest("No String was found at 'refresh_token'"));
        }

        if (RefreshTokenText.Split(text) is not var (grantId, secret))
        {
            // The client is proven all the same: who may not ask learns nothing about what was asked.
            var verdict = await clients.Authenticate(request.Client, request.Context.RequestAborted);
            return new TokenOutcome.Refused(verdict is ClientVerdict.Refused(var error)
                ? error
                : OAuthError.InvalidGrant("The refresh token is unknown, expired, used or revoked.", Reasons.InvalidToken));
        }

        return await grains.GetGrain<IGrantGrain>(grantId).Refresh(
            new RefreshGrant
            {
                Client = request.Client,
                Secret = secret,
                Scopes = request.Form[OAuthParameters.Scope] is { } scope ? ScopeRules.Parse(scope) : (ImmutableArray<string>?)null,
                Resources = [.. request.Form.All(OAuthParameters.Resource)],
                Jkt = request.Jkt,
                Proof = request.Proof,
                Terms = request.Terms,
                AllowMissingProvider = settings.AllowMissingProviders,
            },
            request.Context.RequestAborted);
    }
}
