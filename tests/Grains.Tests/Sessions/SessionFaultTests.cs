using Orleans.Runtime;
using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Revocation;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Sessions;

/// <summary>Storage that fails, a silo cut off from the feed, and two activations over one storage.</summary>
public sealed class SessionFaultTests : IAsyncLifetime
{
    private readonly ClusterFixture _first = new() { Silos = 1 };
    private ClusterFixture _second = null!;

    public async ValueTask InitializeAsync()
    {
        _second = new ClusterFixture { Silos = 1, Storage = _first.Storage, Clock = _first.Clock };
        await _first.InitializeAsync();
        await _second.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_session_ended_by_one_activation_opens_nothing_at_a_stale_one()
    {
        var (stale, other) = (Session(_first, "zombie"), Session(_second, "zombie"));
        await _first.Open(stale, SomeSession.Of("ada"));
        await other.End("cheese/shop", SessionEnd.LoggedOut, default);

        await UntilGone(() => stale.Look("cheese/shop", default));

        Assert.IsType<SessionOutcome.Gone>(await Eventually(() => stale.Renew("cheese/shop", TimeSpan.FromDays(7), default)));
        Assert.IsType<SessionOutcome.Gone>(await Eventually(() => other.Look("cheese/shop", default)));
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_stale_activation_cannot_renew_what_another_one_ended()
    {
        var (stale, other) = (Session(_first, "renew-race"), Session(_second, "renew-race"));
        await _first.Open(stale, SomeSession.Of("ada"));
        await other.End("cheese/shop", SessionEnd.LoggedOut, default);

        // Before the mirror of the stale side has learned it, the conditional write refuses.
        SessionOutcome? outcome = null;
        try
        {
            outcome = await stale.Renew("cheese/shop", TimeSpan.FromDays(7), default);
        }
        catch (InvalidOperationException)
        {
            // Refused without an answer: the caller keeps its old cookie, which the feed revokes.
        }

        Assert.IsNotType<SessionOutcome.Alive>(outcome);
    }

    [Fact]
    public async Task of_two_silos_one_opens_a_session()
    {
        var outcomes = await Task.WhenAll(
            Record.ExceptionAsync(() => _first.Open(Session(_first, "open-race"), SomeSession.Of("ada"))).AsTask(),
            Record.ExceptionAsync(() => _second.Open(Session(_second, "open-race"), SomeSession.Of("eve"))).AsTask());

        Assert.Single(outcomes, static outcome => outcome is null);
    }

    [Fact]
    public async Task an_end_at_a_stale_activation_covers_what_another_one_renewed()
    {
        var (stale, other) = (Session(_first, "end-race"), Session(_second, "end-race"));
        await _first.Open(stale, SomeSession.Of("ada"));
        _first.Clock.Advance(TimeSpan.FromDays(5));
        var renewed = Assert.IsType<SessionOutcome.Alive>(await other.Renew("cheese/shop", TimeSpan.FromDays(7), default)).Session;

        await stale.End("cheese/shop", SessionEnd.LoggedOut, default);

        var entry = (await ReadFeed("end-race")).Entries.Single(static entry => entry.Id == "end-race");
        Assert.InRange(entry.Until, renewed.ExpiresAt, renewed.ExpiresAt + TimeSpan.FromHours(1));
        await UntilGone(() => other.Look("cheese/shop", default));
    }

    [Theory]
    [Trait("Attack", "47")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task an_end_that_failed_at_any_storage_call_succeeds_when_repeated(bool hidesSuccess)
    {
        var faults = 0;
        while (await EndFailsAt(faults, hidesSuccess))
        {
            faults++;
        }

        Assert.InRange(faults, 2, 20);
    }

    [Theory]
    [Trait("Attack", "47")]
    [InlineData(StorageCall.Read)]
    [InlineData(StorageCall.Write)]
    public async Task a_failing_storage_opens_no_session(StorageCall failing)
    {
        Fail(call => call == failing);

        await Assert.ThrowsAnyAsync<Exception>(() => _first.Open(Session(_first, $"refused-{failing}"), SomeSession.Of("ada")));

        Fail(static _ => false);
        Assert.IsType<SessionOutcome.Gone>(await Session(_first, $"refused-{failing}").Look("cheese/shop", default));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_silo_cut_off_from_storage_grants_nothing_from_memory()
    {
        var session = Session(_first, "cut-off");
        await _first.Open(session, SomeSession.Of("ada"));
        Fail(static _ => true);

        await ClusterFixture.Until(() => !_first.Of<RevokedIds>(0).IsCurrent);

        await Assert.ThrowsAnyAsync<Exception>(() => session.Look("cheese/shop", default));
        Fail(static _ => false);
        Assert.IsType<SessionOutcome.Alive>(await Eventually(() => session.Look("cheese/shop", default)));
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_crash_between_feed_and_record_leaves_the_session_revoked_for_good()
    {
        var session = Session(_first, "crash");
        await _first.Open(session, SomeSession.Of("ada"));
        Fail(call => call == StorageCall.Write, grain => grain == session.GetGrainId());
        await Assert.ThrowsAnyAsync<Exception>(() => session.End("cheese/shop", SessionEnd.LoggedOut, default));
        Fail(static _ => false);

        await _first.Cluster.StopAllSilosAsync();
        var after = Session(_second, "crash");

        await UntilGone(() => after.Look("cheese/shop", default));
        Assert.Contains("\"e\":", _second.Storage.RecordOf(after)!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_restart_keeps_sessions_and_revocations()
    {
        var (kept, ended) = (Session(_first, "kept"), Session(_first, "ended"));
        await _first.Open(kept, SomeSession.Of("ada"));
        await _first.Open(ended, SomeSession.Of("eve"));
        await ended.End("cheese/shop", SessionEnd.LoggedOut, default);

        await _first.Cluster.StopAllSilosAsync();

        Assert.IsType<SessionOutcome.Alive>(await Eventually(() => Session(_second, "kept").Look("cheese/shop", default)));
        Assert.IsType<SessionOutcome.Gone>(await Eventually(() => Session(_second, "ended").Look("cheese/shop", default)));
        await ClusterFixture.Until(() => _second.Of<RevokedIds>(0).Contains(RevocationKind.Session, "ended"));
    }

    private async Task<bool> EndFailsAt(int call, bool hidesSuccess)
    {
        var session = Session(_first, $"faulty-{hidesSuccess}-{call}");
        await _first.Open(session, SomeSession.Of("ada"));
        await _first.Cluster.DeactivateAsync(session);
        var (seen, hasFailed) = (0, false);
        Task FailOnce(StorageCall kind, GrainId grain)
        {
            // The list of the subject's sessions is brought up to date after the end, and heals by itself (SubjectGrainTests).
            var isFailing = grain.Type.ToString() != "subject" && (kind != StorageCall.Read || grain == session.GetGrainId()) && Interlocked.Increment(ref seen) == call + 1;
            hasFailed |= isFailing;
            return isFailing ? Task.FromException(new IOException("The storage of the tests fails now.")) : Task.CompletedTask;
        }

        _first.Storage.Before = hidesSuccess ? null : FailOnce;
        _first.Storage.After = hidesSuccess ? FailOnce : null;
        var failure = await Record.ExceptionAsync(() => session.End("cheese/shop", SessionEnd.LoggedOut, default));
        (_first.Storage.Before, _first.Storage.After) = (null, null);

        Assert.Equal(hasFailed, failure is not null);
        Assert.IsType<SessionOutcome.Gone>(await Eventually(() => session.End("cheese/shop", SessionEnd.LoggedOut, default)));
        Assert.IsType<SessionOutcome.Gone>(await Eventually(() => session.Look("cheese/shop", default)));
        return hasFailed;
    }

    private void Fail(Func<StorageCall, bool> isFailing, Func<GrainId, bool>? ofGrain = null) =>
        _first.Storage.Before = (call, grain) => isFailing(call) && ofGrain?.Invoke(grain) != false
            ? Task.FromException(new IOException("The storage of the tests fails now."))
            : Task.CompletedTask;

    /// <summary>Two clusters over one storage step on each other's feed; the loser steps down and the next answer is right.</summary>
    private static async Task<SessionOutcome> Eventually(Func<Task<SessionOutcome>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (Exception exception) when (exception is InvalidOperationException or InconsistentStateException && attempt < 10)
            {
                await Task.Delay(20);
            }
        }
    }

    private static async Task UntilGone(Func<Task<SessionOutcome>> ask)
    {
        for (var patience = 0; await Eventually(ask) is not SessionOutcome.Gone; patience++)
        {
            Assert.True(patience < 1_000, "The session never went.");
            await Task.Delay(5);
        }
    }

    private Task<RevocationPage> ReadFeed(string sid) =>
        _first.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(sid)).Read(0, 0, 5_000, default);

    private static ISessionGrain Session(ClusterFixture cluster, string sid) => cluster.Grains.GetGrain<ISessionGrain>(sid);
}
