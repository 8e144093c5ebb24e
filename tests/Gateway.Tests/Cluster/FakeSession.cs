using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>One session on the server.</summary>
internal sealed class FakeSession(FakeCluster cluster, string sid) : ISessionGrain
{
    private Session? _session;

    public Session? Session => _session;

    public OpenSession? Opened { get; private set; }

    public SessionEnd? Ended { get; private set; }

    public DateTimeOffset? LastSeen { get; private set; }

    public Session Open(OpenSession request)
    {
        var now = cluster.Clock.GetUtcNow();
        Opened = request;
        _session = new Session
        {
            Sid = sid,
            Tenant = request.Tenant,
            Subject = request.Subject,
            User = request.User,
            Role = request.Role,
            ProfileJson = request.ProfileJson,
            ProviderScopes = request.ProviderScopes,
            Mode = request.Mode,
            Responsibility = request.Responsibility,
            Acr = request.Acr,
            AuthTime = now,
            ExpiresAt = now + request.CookieLife,
            Browser = request.Browser,
            LastSeen = now,
        };
        return _session;
    }

    public Task<SessionOutcome> Look(string tenant, CancellationToken cancellationToken) => Task.FromResult(Alive(tenant));

    public Task<SessionOutcome> Renew(string tenant, TimeSpan cookieLife, CancellationToken cancellationToken)
    {
        cluster.Guard();
        if (_session is not null && Ended is null)
        {
            _session = _session with { ExpiresAt = cluster.Clock.GetUtcNow() + cookieLife };
        }

        return Task.FromResult(Alive(tenant));
    }

    public Task<SessionOutcome> Give(GiveGrant request, CancellationToken cancellationToken)
    {
        cluster.Guard();
        return Task.FromResult(Alive(request.Tenant));
    }

    public async Task<SessionOutcome> End(string tenant, SessionEnd reason, CancellationToken cancellationToken)
    {
        cluster.Guard();
        await cluster.FeedOf(sid).Append(new RevocationEntry(RevocationKind.Session, sid, cluster.Clock.GetUtcNow() + TimeSpan.FromDays(7)), cancellationToken);
        Ended ??= reason;
        return new SessionOutcome.Gone();
    }

    public Task Seen(string tenant, DateTimeOffset lastSeen)
    {
        cluster.Guard();
        LastSeen = lastSeen;
        return Task.CompletedTask;
    }

    private SessionOutcome Alive(string tenant) => _session is not null && Ended is null && _session.Tenant == tenant
        ? new SessionOutcome.Alive(_session)
        : new SessionOutcome.Gone();
}
