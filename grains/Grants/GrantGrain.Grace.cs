using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>What becomes of the sealed successor once nobody may ask for it any more.</summary>
internal sealed partial class GrantGrain
{
    private static readonly TimeSpan _forgetRetry = TimeSpan.FromMinutes(1);

    private IGrainTimer? _graceEnds;
    private TimeSpan _untilForgotten;

    /// <summary>
    /// Design §2: the successor goes with the grace. Whoever has a spent token and reads the store later could otherwise open the token that is good now, and no reuse would be noticed. A silo that dies before leaves
    /// it to the next rotation.
    /// </summary>
    /// <param name="grace">The client's grace. Twice that is waited, so that a silo whose clock is behind still knows a retry from a reuse.</param>
    private void ForgetSuccessorAfter(TimeSpan grace)
    {
        if (grace <= TimeSpan.Zero)
        {
            return;
        }

        _untilForgotten = grace + grace;
        DelayDeactivation(_untilForgotten);
        if (_graceEnds is null)
        {
            _graceEnds = this.RegisterGrainTimer(ForgetSuccessor, new GrainTimerCreationOptions(_untilForgotten, Timeout.InfiniteTimeSpan));
        }
        else
        {
            _graceEnds.Change(_untilForgotten, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ForgetSuccessor(CancellationToken cancellationToken)
    {
        try
        {
            await ForgetSuccessorNow();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Storage is away, and that is in the log. A timer whose callback fails says it twice more, and comes no more: the successor would stay.
            DelayDeactivation(_forgetRetry + _forgetRetry);
            _graceEnds!.Change(_forgetRetry, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ForgetSuccessorNow()
    {
        var state = await _stored.Read();
        if (state.Family is not { SealedSuccessor: not null } family)
        {
            return;
        }

        // The successor in storage may be a younger one: of a rotation this tick waited behind, or of another activation. Its retry must not be taken for a reuse.
        var rest = family.IssuedAt + _untilForgotten - clock.GetUtcNow();
        if (rest > TimeSpan.Zero)
        {
            _graceEnds!.Change(rest < _untilForgotten ? rest : _untilForgotten, Timeout.InfiniteTimeSpan);
        }
        else
        {
            // Refused by storage: another activation has changed the grant since, and waits for a grace of its own.
            await _stored.TryWrite(state with { Family = RefreshRules.WithoutSuccessor(family) });
        }
    }
}
