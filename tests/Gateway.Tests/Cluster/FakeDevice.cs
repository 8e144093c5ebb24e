using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>A device whose code is taken, whatever it is.</summary>
internal sealed class FakeDevice(FakeCluster cluster) : IDeviceGrain
{
    public Task<bool> Start(StartDevice request, CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult(false);
    }

    public Task<DeviceView?> Look(string tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> Approve(GrantFacts facts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> Deny(string tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TokenOutcome> Poll(PollDevice request, CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult<TokenOutcome>(new TokenOutcome.Refused(OAuthError.InvalidGrant("no")));
    }
}
