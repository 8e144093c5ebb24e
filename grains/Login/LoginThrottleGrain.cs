using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Grains.Login;

/// <inheritdoc cref="ILoginThrottleGrain"/>
[GrainType(LoginThrottleGrain.TypeName)]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class LoginThrottleGrain(
    [PersistentState(LoginThrottleGrain.RecordName, StorageNames.Durable)] IPersistentState<ThrottleCount> state,
    ThrottlePolicies policies,
    TimeProvider clock) : Grain, ILoginThrottleGrain
{
    /// <summary>The grain type, under which <see cref="NameCounters"/> finds the same records.</summary>
    public const string TypeName = "login-throttle";

    /// <summary>Name of the record.</summary>
    public const string RecordName = "login-throttle";

    private const int Attempts = 4;
    private static readonly TimeSpan _conflictWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _sweepRetry = TimeSpan.FromMinutes(1);
    private readonly CheckedState<ThrottleCount> _stored = new(state, clock);
    private IGrainTimer? _sweep;
    private ThrottlePolicy? _policy;

    private ThrottlePolicy Policy => _policy ??= policies.Of(ThrottleKeyRules.KindOf(this.GetPrimaryKeyString()));

    /// <inheritdoc />
    public async Task<ThrottleVerdict> Take(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var decision = ThrottleRules.Take(await _stored.Read(), Policy, clock.GetUtcNow());
            if (decision is ThrottleDecision.Refused refused)
            {
                return new ThrottleVerdict(Allowed: false, refused.RetryAfter);
            }

            var count = ((ThrottleDecision.Admitted)decision).Count;
            if (await _stored.TryWrite(count))
            {
                SweepAt(ThrottleRules.StaleAt(count, Policy));
                return new ThrottleVerdict(Allowed: true, TimeSpan.Zero);
            }
        }

        // Another activation is faster every time: no attempt without a durable count.
        return new ThrottleVerdict(Allowed: false, _conflictWait);
    }

    /// <inheritdoc />
    public async Task GiveBack(bool clear)
    {
        if (!Policy.SuccessClears)
        {
            // Every login of a network comes by here: no write of its own, the next attempt stores it. If it is lost, one failure
            // too many stands until time forgives it; the sweep removes a record nobody touches again.
            _stored.Hold(ThrottleRules.GiveBack(await _stored.Read(), Policy, clear, clock.GetUtcNow()));
            return;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = ThrottleRules.GiveBack(await _stored.Read(), Policy, clear, clock.GetUtcNow());
            if (count == ThrottleCount.None ? await TryForget() : await _stored.TryWrite(count))
            {
                return;
            }
        }

        // Not given back: a failure too many, which time forgives. Never the other way round.
    }

    /// <inheritdoc />
    public async Task<ThrottleVerdict> Exchange(int returned, CancellationToken cancellationToken)
    {
        await Return(returned);
        return await Take(cancellationToken);
    }

    /// <inheritdoc />
    public async Task Return(int returned)
    {
        if (returned <= 0)
        {
            return;
        }

        var count = await _stored.Read();
        for (var given = 0; given < returned && count != ThrottleCount.None; given++)
        {
            count = ThrottleRules.GiveBack(count, Policy, clear: false, clock.GetUtcNow());
        }

        _stored.Hold(count);
    }

    /// <inheritdoc />
    public async Task SweepLater()
    {
        var count = await _stored.ReadAnew();
        if (count != ThrottleCount.None)
        {
            SweepAt(ThrottleRules.StaleAt(count, Policy));
        }
    }

    /// <summary>Forgotten counts leave storage; the activation stays until then, since nobody else would do it.</summary>
    private void SweepAt(DateTimeOffset staleAt)
    {
        var due = staleAt - clock.GetUtcNow();
        DelayDeactivation(due + _sweepRetry);
        if (_sweep is null)
        {
            _sweep = this.RegisterGrainTimer(Sweep, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
        else
        {
            _sweep.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task Sweep(CancellationToken cancellationToken)
    {
        try
        {
            await SweepNow();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Storage is away, and that is in the log. A timer whose callback fails says it twice more, and comes no more.
            SweepAt(clock.GetUtcNow() + _sweepRetry);
        }
    }

    private async Task SweepNow()
    {
        // Memory may be behind with names, which are counted past this grain; of a network it holds what storage does not know yet.
        var count = await (Policy.SuccessClears ? _stored.ReadAnew() : _stored.Read());
        var staleAt = ThrottleRules.StaleAt(count, Policy);
        if (staleAt > clock.GetUtcNow())
        {
            SweepAt(staleAt);
        }
        else if (!await TryForget())
        {
            SweepAt(clock.GetUtcNow() + _sweepRetry);
        }
    }

    private async Task<bool> TryForget()
    {
        if (!await _stored.TryClear())
        {
            return false;
        }

        _sweep?.Dispose();
        _sweep = null;
        return true;
    }
}
