using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>A code for tokens (RFC 6749 §4.1.3): one grain call.</summary>
internal sealed class CodeGrant(IGrainFactory grains) : ITokenGrant
{
    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; } = [GrantTypes.AuthorizationCode];

    /// <inheritdoc />
    public async Task<TokenOutcome> Answer(TokenRequest request) => request.Form[OAuthParameters.Code] is not { } code
        ? new TokenOutcome.Refused(OAuthError.InvalidRequest("No String was found at 'code'"))
        : await grains.GetGrain<IAuthorizationCodeGrain>(Digests.KeyOf(code)).Redeem(
            new RedeemCode
            {
                Client = request.Client,
                RedirectUri = request.Form[OAuthParameters.RedirectUri],
                Verifier = request.Form[OAuthParameters.CodeVerifier],
                ChallengeMethod = request.Form[OAuthParameters.CodeChallengeMethod],
                Resources = [.. request.Form.All(OAuthParameters.Resource)],
                Jkt = request.Jkt,
                Proof = request.Proof,
                Terms = request.Terms,
            },
            request.Context.RequestAborted);
}
