using System.Collections.Immutable;
using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <inheritdoc cref="ISubjectGrain"/>
/// <param name="subjects">The records.</param>
/// <param name="catalog">Knows how long tokens of a client live.</param>
/// <param name="settings">How long others live.</param>
/// <param name="clock">The clock.</param>
[GrainType("subject")]
[StatelessWorker]
internal sealed class SubjectGrain(SubjectSessions subjects, CatalogEntries catalog, ServerSettings settings, TimeProvider clock) : Grain, ISubjectGrain
{
    private const int Parallel = 32;

    private string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc />
    public async Task<SubjectView> Look(string subject, CancellationToken cancellationToken)
    {
        var record = await subjects.Read(Tenant, subject);
        var sessions = new List<Session>();
        var gone = new List<string>();
        foreach (var some in record.Sessions.Reverse().Chunk(Parallel))
        {
            var outcomes = await Task.WhenAll(some.Select(each => GrainFactory.GetGrain<ISessionGrain>(each.Sid).Look(Tenant, cancellationToken)));
            foreach (var (outcome, sid) in outcomes.Zip(some.Select(static each => each.Sid)))
            {
                if (outcome is SessionOutcome.Alive(var session) && session.Subject == subject)
                {
                    sessions.Add(session);
                }
                else if (IsSettled(some, sid))
                {
                    gone.Add(sid);
                }
            }
        }

        if (gone.Count > 0)
        {
            await subjects.Forget(Tenant, subject, gone);
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return new SubjectView(
            [.. sessions],
            [.. record.Grants.Reverse().Where(grant => grant.Ends > now).Select(static grant => new OfflineGrant(grant.Id, grant.Client, DateTimeOffset.FromUnixTimeMilliseconds(grant.Begun)))]);
    }

    /// <inheritdoc />
    public async Task<bool> End(string subject, string sid, SessionEnd reason, CancellationToken cancellationToken)
    {
        // Whoever asks knows only that the id is one of somebody: whose it is the session says.
        var session = GrainFactory.GetGrain<ISessionGrain>(sid);
        if (await session.Look(Tenant, cancellationToken) is not SessionOutcome.Alive(var alive) || alive.Subject != subject)
        {
            return false;
        }

        await session.End(Tenant, reason, cancellationToken);
        return true;
    }

    /// <inheritdoc />
    public async Task<bool> Revoke(string subject, string grantId, CancellationToken cancellationToken)
    {
        if ((await subjects.Read(Tenant, subject)).Grants.FirstOrDefault(grant => grant.Id == grantId) is not { } grant)
        {
            return false;
        }

        await Revoke(grant, cancellationToken);
        await subjects.Forget(Tenant, subject, grantId);
        return true;
    }

    /// <inheritdoc />
    public async Task<SignedOut> SignOut(string subject, CancellationToken cancellationToken)
    {
        var record = await subjects.SignOut(Tenant, subject);
        foreach (var some in record.Sessions.Chunk(Parallel))
        {
            await Task.WhenAll(some.Select(each => GrainFactory.GetGrain<ISessionGrain>(each.Sid).End(Tenant, SessionEnd.SignedOutEverywhere, cancellationToken)));
        }

        foreach (var some in record.Grants.Chunk(Parallel))
        {
            await Task.WhenAll(some.Select(grant => Revoke(grant, cancellationToken)));
        }

        await subjects.Forget(Tenant, subject, [.. record.Sessions.Select(static session => session.Sid), .. record.Grants.Select(static grant => grant.Id)]);
        return new SignedOut(record.Sessions.Count, record.Grants.Count);
    }

    private Task Revoke(SubjectGrant grant, CancellationToken cancellationToken) => GrainFactory.GetGrain<IGrantGrain>(grant.Id).Revoke(
        clock.GetUtcNow() + (catalog.Client(grant.Client)?.Client.TokenLives.AccessToken ?? settings.AccessTokenLife), cancellationToken);

    /// <summary>A login is in the list before its session is: one that began just now may not be there yet.</summary>
    private bool IsSettled(SubjectSession[] sessions, string sid) =>
        clock.GetUtcNow().ToUnixTimeMilliseconds() - Array.Find(sessions, session => session.Sid == sid)!.Begun > SessionRules.ReportDelay.TotalMilliseconds;
}
