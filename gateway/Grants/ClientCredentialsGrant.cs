using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// A client for itself (RFC 6749 §4.4): confidential clients only, no refresh token, no person. The subject is the client's id with a prefix no provider can
/// commit unnoticed: a client must not pass for a user (RFC 9068 §5, RFC 9700 §4.15).
/// </summary>
internal sealed class ClientCredentialsGrant(ProvenClients clients, IGrainFactory grains, TimeProvider clock) : ITokenGrant
{
    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; } = [GrantTypes.ClientCredentials];

    /// <inheritdoc />
    public async Task<TokenOutcome> Answer(TokenRequest request)
    {
        var aborted = request.Context.RequestAborted;
        var verdict = await clients.Authenticate(request.Client, aborted);
        if (verdict is not ClientVerdict.Proven(var client))
        {
            return new TokenOutcome.Refused(((ClientVerdict.Refused)verdict).Error);
        }

        if (!client.IsConfidential || !client.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            return new TokenOutcome.Refused(OAuthError.UnauthorizedClient("The client may not use this grant type.", Reasons.ErrorUnsupportedGrantType));
        }

        var resources = request.Form.All(OAuthParameters.Resource);
        if (!resources.All(client.Resources.Contains))
        {
            return new TokenOutcome.Refused(OAuthError.InvalidTarget("The client may not ask for this resource."));
        }

        if (DpopRules.WhyUnbound(client, request.Jkt) is { } unbound)
        {
            return new TokenOutcome.Refused(unbound);
        }

        if (request.Proof is { } proof && !await grains.GetGrain<IProofGrain>(proof.Key).TryUse(proof.Until, aborted))
        {
            return new TokenOutcome.Refused(DpopRules.Replayed());
        }

        // openid and offline_access speak of a person; there is none.
        var scopes = ScopeRules.Grant(ScopeRules.Parse(request.Form[OAuthParameters.Scope]), client.Scopes, [], []).RemoveRange([ScopeNames.OpenId, ScopeNames.OfflineAccess]);
        return await grains.GetGrain<ITokenGrain>(client.TenantName).Mint(
            new MintTokens
            {
                Facts = new GrantFacts
                {
                    Tenant = client.TenantName,
                    Client = client.Ident,
                    ClientId = request.Client.ClientId,
                    Subject = ClientSubject.Of(client.Ident),
                    Scopes = scopes,
                    AuthTime = clock.GetUtcNow(),
                    Resources = [.. resources],
                    Jkt = request.Jkt,
                },
                Terms = request.Terms,
            },
            aborted);
    }
}
