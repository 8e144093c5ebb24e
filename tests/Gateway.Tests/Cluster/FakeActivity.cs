using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>Counts of a tenant or client, by the rules of the real ones.</summary>
internal sealed class FakeActivity(FakeCluster cluster) : ITenantGrain, IClientGrain
{
    private ActivityRecord _record = new();

    /// <summary>While true a report is counted, and its sender hears of a failure.</summary>
    public bool HidesSuccess { get; set; }

    public Task Count(ActivityReport report)
    {
        cluster.Guard();
        _record = ActivityRules.Counted(_record, report, cluster.Clock.GetUtcNow());
        return HidesSuccess ? Task.FromException(new TimeoutException("The answer was lost.")) : Task.CompletedTask;
    }

    public Task<Activity> Read(CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult(new Activity { OpenSessions = _record.Begun - _record.Ended, BegunSessions = _record.Begun, Denied = _record.Denied });
    }
}
