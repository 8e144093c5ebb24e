using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>A code that is issued and never known again.</summary>
internal sealed class FakeCode(FakeCluster cluster) : IAuthorizationCodeGrain
{
    public Task<bool> Issue(IssueCode request, CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult(true);
    }

    public Task<TokenOutcome> Redeem(RedeemCode request, CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult<TokenOutcome>(new TokenOutcome.Refused(OAuthError.InvalidGrant("no")));
    }
}
