using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>One counter of failed logins.</summary>
internal sealed class FakeThrottle(FakeCluster cluster, string key) : ILoginThrottleGrain
{
    public int Taken { get; private set; }

    public int GivenBack { get; private set; }

    public int Forgiven { get; private set; }

    public Task<ThrottleVerdict> Take(CancellationToken cancellationToken)
    {
        cluster.Guard();
        if (cluster.Refusing is { } refusing && key.Contains(refusing.Contains, StringComparison.Ordinal))
        {
            return Task.FromResult(new ThrottleVerdict(false, refusing.RetryAfter));
        }

        Taken++;
        return Task.FromResult(new ThrottleVerdict(true, TimeSpan.Zero));
    }

    public Task GiveBack(bool clear)
    {
        GivenBack++;
        Forgiven += clear ? 1 : 0;
        return Task.CompletedTask;
    }

    public Task<ThrottleVerdict> Exchange(int returned, CancellationToken cancellationToken)
    {
        GivenBack += returned;
        return Take(cancellationToken);
    }

    public Task Return(int returned)
    {
        GivenBack += returned;
        return Task.CompletedTask;
    }

    public Task SweepLater() => Task.CompletedTask;
}
