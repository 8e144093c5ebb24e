using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Protocol.Revocation;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>One session over its durable record. Inactive ones leave memory after some minutes and come back when asked.</summary>
/// <param name="record">The stored session.</param>
/// <param name="revoked">What this silo knows of revocations.</param>
/// <param name="catalog">Which clients want to hear of a logout.</param>
/// <param name="subjects">What each subject has open.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where lost reports of use are noted.</param>
[GrainType(SessionGrain.TypeName)]
[CollectionAgeLimit(Minutes = 10)]
internal sealed partial class SessionGrain(
    [PersistentState(SessionGrain.RecordName, StorageNames.Durable)] IPersistentState<SessionState> record,
    RevokedIds revoked,
    CatalogEntries catalog,
    SubjectSessions subjects,
    TimeProvider clock,
    ILogger<SessionGrain> logger) : Grain, ISessionGrain, ICheckedSession
{
    /// <summary>The grain type, under which <see cref="SessionOpenings"/> leaves the records.</summary>
    public const string TypeName = "session";

    /// <summary>Name of the record.</summary>
    public const string RecordName = "session";

    private const int Attempts = 4;
    private static readonly SessionOutcome _gone = new SessionOutcome.Gone();

    /// <summary>Newest report of use; ahead of the record until it is worth a write.</summary>
    private DateTimeOffset _lastSeen;

    /// <summary>True once this activation has revoked; it need not wait for the mirror to learn it.</summary>
    private bool _hasRevoked;

    private string Sid => this.GetPrimaryKeyString();

    private SessionTimes Times
    {
        get
        {
            var stored = record.State.Times;
            return stored.LastSeen < _lastSeen ? stored with { LastSeen = _lastSeen } : stored;
        }
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var isOrderly = reason.ReasonCode is DeactivationReasonCode.ActivationIdle or DeactivationReasonCode.ShuttingDown;
        if (!isOrderly || !record.RecordExists || Times.EndedAt is not null || !SessionRules.IsWorthKeeping(record.State.Times, Times))
        {
            return;
        }

        try
        {
            record.State = record.State.With(Times);
            await record.WriteStateAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A lost report shortens the idle limit by a tenth at most.
            LogReportLost(logger, exception);
        }
    }

    /// <inheritdoc />
    public async Task<SessionOutcome> Look(string tenant, CancellationToken cancellationToken) =>
        await IsOpenAsync(tenant, cancellationToken) ? Alive() : _gone;

    /// <inheritdoc />
    public async Task<SessionOutcome> Renew(string tenant, TimeSpan cookieLife, CancellationToken cancellationToken)
    {
        if (!await IsOpenAsync(tenant, cancellationToken))
        {
            return _gone;
        }

        var renewed = SessionRules.Renewed(Times, clock.GetUtcNow(), cookieLife);
        return await TryWriteAsync(record.State.With(renewed))
            ? Alive()
            : throw new InvalidOperationException("The session was changed by another activation; ask again.");
    }

    /// <inheritdoc />
    public async Task<SessionOutcome> End(string tenant, SessionEnd reason, CancellationToken cancellationToken)
    {
        await FindAsync();
        if (!record.RecordExists)
        {
            // The caller holds a genuine cookie of a session nobody remembers: the cookie has to go all the same.
            await RevokeAsync(clock.GetUtcNow() + RevocationRules.UnknownLife, cancellationToken);
        }
        else if (record.State.Tenant == tenant)
        {
            await EndAsync(reason, cancellationToken);
        }

        return _gone;
    }

    /// <inheritdoc />
    public async Task<SessionOutcome> Give(GiveGrant request, CancellationToken cancellationToken)
    {
        if (!await IsOpenAsync(request.Tenant, cancellationToken))
        {
            return _gone;
        }

        var (before, next) = (record.State, GivenClients.With(record.State, request));
        if (!ReferenceEquals(next, before) && !await TryWriteAsync(next))
        {
            throw new InvalidOperationException("The session was changed by another activation; ask again.");
        }

        if (next.Given?.Count > (before.Given?.Count ?? 0))
        {
            subjects.Activity.Begun(request.Client);
        }

        return Alive();
    }

    /// <inheritdoc />
    public async Task Seen(string tenant, DateTimeOffset lastSeen)
    {
        await FindAsync();
        var now = clock.GetUtcNow();
        if (!record.RecordExists || record.State.Tenant != tenant || !SessionRules.IsAlive(Times, now))
        {
            return;
        }

        var reported = SessionRules.Seen(Times, lastSeen, now);
        _lastSeen = reported.LastSeen;
        if (SessionRules.IsWorthStoring(record.State.Times, reported))
        {
            await TryWriteAsync(record.State.With(reported));
        }
    }

    /// <inheritdoc />
    public async Task<DateTimeOffset?> Check(CancellationToken cancellationToken)
    {
        await FindAsync();
        var now = clock.GetUtcNow();
        if (record.RecordExists && SessionRules.IsForgettable(Times, now))
        {
            // Memory may be older than storage: another activation may have renewed. The conditional delete decides.
            await record.ReadStateAsync(CancellationToken.None);
            if (record.RecordExists && SessionRules.IsForgettable(Times, now))
            {
                await TellOfExpiryAsync(cancellationToken);
                var over = record.State;
                await record.ClearStateAsync(CancellationToken.None);
                if (over.EndedAt is null)
                {
                    SubjectLists.Count(over, subjects);
                }

                await SubjectLists.TryForget(Sid, over, subjects, logger);
            }
        }
        else if (await IsIdleAsync(now))
        {
            await EndAsync(SessionEnd.Idle, cancellationToken);
        }

        return record.RecordExists ? SessionRules.NextCheck(Times) : null;
    }

    /// <summary>
    /// A record that was missing when this grain woke may be there by now: a login writes it without asking here (<see cref="SessionOpenings"/>), and the subject's list
    /// names it a moment earlier. Only absence is asked about again, so a session that is there costs nothing more.
    /// </summary>
    private async Task FindAsync()
    {
        if (!record.RecordExists)
        {
            await record.ReadStateAsync(CancellationToken.None);
        }
    }

    private async Task<bool> IsOpenAsync(string tenant, CancellationToken cancellationToken)
    {
        await FindAsync();
        if (!record.RecordExists || record.State.Tenant != tenant)
        {
            return false;
        }

        if (await IsRevokedAsync(cancellationToken))
        {
            // Whoever revoked it may have died before marking the record.
            await EndAsync(record.State.EndedWhy ?? SessionEnd.LoggedOut, cancellationToken);
            return false;
        }

        var now = clock.GetUtcNow();
        if (await IsIdleAsync(now))
        {
            await EndAsync(SessionEnd.Idle, cancellationToken);
        }

        return record.RecordExists && SessionRules.IsAlive(Times, now);
    }

    /// <summary>Memory alone ends nothing for good either: this activation may have stood still while the session was used at another one, which wrote that down.</summary>
    private async Task<bool> IsIdleAsync(DateTimeOffset now)
    {
        if (!IsIdle())
        {
            return false;
        }

        await record.ReadStateAsync(CancellationToken.None);
        return IsIdle();

        bool IsIdle() => record.RecordExists && Times.EndedAt is null && SessionRules.IsIdle(Times, now);
    }

    /// <summary>
    /// Memory alone grants nothing: another activation may have ended the session. The silo's mirror knows while it is level with
    /// the feed; else storage and the feed itself are asked.
    /// </summary>
    private async Task<bool> IsRevokedAsync(CancellationToken cancellationToken)
    {
        // In this order: a mirror that becomes level between the two questions must not answer only one of them.
        var isCurrent = revoked.IsCurrent;
        if (_hasRevoked || revoked.Contains(RevocationKind.Session, Sid))
        {
            return true;
        }

        if (isCurrent)
        {
            return false;
        }

        await record.ReadStateAsync(CancellationToken.None);
        return await Feed.Contains(RevocationKind.Session, Sid, cancellationToken);
    }

    /// <summary>
    /// Feed first: from then on every mirror refuses, whatever becomes of this process. The record is marked afterwards; when
    /// another activation changed it meanwhile, both steps are repeated with what it says now, until feed and record agree.
    /// </summary>
    private async Task EndAsync(SessionEnd reason, CancellationToken cancellationToken)
    {
        for (var attempt = 1; record.RecordExists; attempt++)
        {
            var times = record.State.Times;
            var delivery = times.EndedAt is null ? await AnnounceAsync(reason, cancellationToken) : null;
            await RevokeAsync(SessionRules.RevokedUntil(times), cancellationToken);
            if (times.EndedAt is not null)
            {
                return;
            }

            try
            {
                record.State = record.State.With(times with { EndedAt = clock.GetUtcNow() }) with { EndedWhy = reason };
                await record.WriteStateAsync(CancellationToken.None);
                SubjectLists.Count(record.State, subjects);
                await (delivery?.Deliver() ?? Task.CompletedTask);
                await SubjectLists.TryForget(Sid, record.State, subjects, logger);
                return;
            }
            catch (InconsistentStateException) when (attempt < Attempts)
            {
                await record.ReadStateAsync(CancellationToken.None);
            }
            catch
            {
                DeactivateOnIdle();
                throw;
            }
        }
    }

    /// <summary>
    /// Clients hear of the end although this process dies right after it: whom to tell is durable before the end is. Where that cannot be written
    /// the session is revoked all the same; the record stays open and the call fails, so that the next one announces again.
    /// </summary>
    /// <returns>Whom to wake afterwards; null when nobody wants to hear.</returns>
    private async Task<ILogoutDeliveryGrain?> AnnounceAsync(SessionEnd reason, CancellationToken cancellationToken)
    {
        if (GivenClients.NoticeOf(record.State, reason, catalog) is not { } notice)
        {
            return null;
        }

        var delivery = GrainFactory.GetGrain<ILogoutDeliveryGrain>(Sid);
        try
        {
            await delivery.Announce(notice, cancellationToken);
            return delivery;
        }
        catch
        {
            await RevokeAsync(SessionRules.RevokedUntil(record.State.Times), CancellationToken.None);
            throw;
        }
    }

    /// <summary>A session that reached its limit ends without anybody ending it.</summary>
    private async Task TellOfExpiryAsync(CancellationToken cancellationToken)
    {
        if (record.State.Times.EndedAt is null && await AnnounceAsync(SessionEnd.Expired, cancellationToken) is { } delivery)
        {
            await delivery.Deliver();
        }
    }

    private async Task RevokeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        await Appointments.InsistAsync(() => Feed.Append(new RevocationEntry(RevocationKind.Session, Sid, until), cancellationToken));
        _hasRevoked = true;
    }

    private IRevocationFeedGrain Feed => GrainFactory.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(Sid));

    /// <summary>One conditional write; false when another activation wrote since this one read.</summary>
    private async Task<bool> TryWriteAsync(SessionState state)
    {
        var isDurable = false;
        try
        {
            record.State = state;
            await record.WriteStateAsync(CancellationToken.None);
            isDurable = true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
        finally
        {
            if (!isDurable)
            {
                // Memory is no longer what storage says.
                DeactivateOnIdle();
            }
        }

        return true;
    }

    private SessionOutcome.Alive Alive() => new(record.State.ToSession(Sid));

    [LoggerMessage(EventId = 3203, Level = LogLevel.Debug, Message = "A report of use could not be stored with its session")]
    private static partial void LogReportLost(ILogger logger, Exception exception);
}
