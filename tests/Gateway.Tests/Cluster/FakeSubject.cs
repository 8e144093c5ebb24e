using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>What a subject has open, made of the sessions that were opened here.</summary>
internal sealed class FakeSubject(FakeCluster cluster, string tenant) : ISubjectGrain
{
    public Task<SubjectView> Look(string subject, CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult(new SubjectView([.. Open(subject).Select(static session => session.Session!).OrderByDescending(static session => session.AuthTime)], [.. cluster.OfflineGrants]));
    }

    public async Task<bool> End(string subject, string sid, SessionEnd reason, CancellationToken cancellationToken)
    {
        cluster.Guard();
        if (Open(subject).FirstOrDefault(session => session.Session!.Sid == sid) is not { } session)
        {
            return false;
        }

        await session.End(tenant, reason, cancellationToken);
        return true;
    }

    public Task<bool> Revoke(string subject, string grantId, CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult(cluster.OfflineGrants.RemoveAll(grant => grant.Id == grantId) > 0);
    }

    public async Task<SignedOut> SignOut(string subject, CancellationToken cancellationToken)
    {
        cluster.Guard();
        var (open, grants) = (Open(subject), cluster.OfflineGrants.Count);
        foreach (var session in open)
        {
            await session.End(tenant, SessionEnd.SignedOutEverywhere, cancellationToken);
        }

        cluster.OfflineGrants.Clear();
        return new SignedOut(open.Count, grants);
    }

    private List<FakeSession> Open(string subject) =>
        [.. cluster.Sessions.Values.Where(session => session.Session is { } opened && session.Ended is null && opened.Tenant == tenant && opened.Subject == subject)];
}
