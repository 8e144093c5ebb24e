namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// Counts failed logins as a leaking bucket with growing waits. An attempt counts as a failure from the moment it is taken, so that a
/// hundred parallel guesses are a hundred failures; a success takes its count back.
/// </summary>
public static class ThrottleRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Takes one attempt.</summary>
    /// <param name="count">What is remembered.</param>
    /// <param name="policy">Limits.</param>
    /// <param name="now">The instant.</param>
    public static ThrottleDecision Take(ThrottleCount count, ThrottlePolicy policy, DateTimeOffset now)
    {
        // A lock further away than the longest wait was made by a clock that ran ahead; it must not hold anybody for years.
        if (count.LockedUntil is { } until && until > now && until - now <= policy.LongestWait)
        {
            var wait = until - now;
            return new ThrottleDecision.Refused(wait < Shortest ? Shortest : wait);
        }

        var forgiven = Forgive(count, policy, now);
        var failures = forgiven.Failures + 1;
        return new ThrottleDecision.Admitted(new ThrottleCount
        {
            Failures = failures,
            ForgivenUntil = forgiven.Failures == 0 ? now : forgiven.ForgivenUntil,
            LockedUntil = failures < policy.Free ? null : now + Wait(failures - policy.Free, policy),
        });
    }

    /// <summary>Gives an attempt back that was a success or never reached the script.</summary>
    /// <param name="count">What is remembered.</param>
    /// <param name="policy">Limits.</param>
    /// <param name="clear">True forgets earlier failures too, where the policy lets a success do that.</param>
    /// <param name="now">The instant.</param>
    public static ThrottleCount GiveBack(ThrottleCount count, ThrottlePolicy policy, bool clear, DateTimeOffset now)
    {
        var forgiven = Forgive(count, policy, now);
        if ((clear && policy.SuccessClears) || forgiven.Failures <= 1)
        {
            return ThrottleCount.None;
        }

        // The wait goes too: the attempt that caused it was no guess. Nothing is won by that, as every attempt given back was admitted before.
        return forgiven with { Failures = forgiven.Failures - 1, LockedUntil = null };
    }

    /// <summary>When nothing of the count is left, and its record can go.</summary>
    /// <param name="count">What is remembered.</param>
    /// <param name="policy">Limits.</param>
    public static DateTimeOffset StaleAt(ThrottleCount count, ThrottlePolicy policy)
    {
        var forgiven = count.ForgivenUntil + (count.Failures * policy.ForgiveEvery);
        return count.LockedUntil is { } locked && locked > forgiven ? locked : forgiven;
    }

    private static ThrottleCount Forgive(ThrottleCount count, ThrottlePolicy policy, DateTimeOffset now)
    {
        if (count.ForgivenUntil > now)
        {
            return count with { ForgivenUntil = now };
        }

        var steps = (now - count.ForgivenUntil).Ticks / policy.ForgiveEvery.Ticks;

        return steps >= count.Failures
            ? ThrottleCount.None
            : count with { Failures = count.Failures - (int)steps, ForgivenUntil = count.ForgivenUntil + (steps * policy.ForgiveEvery) };
    }

    private static TimeSpan Wait(int beyondFree, ThrottlePolicy policy)
    {
        // 2^20 times any first wait is beyond every longest wait; the cap keeps the shift from overflowing.
        var wait = policy.FirstWait * (1L << Math.Min(beyondFree, 20));
        return wait > policy.LongestWait ? policy.LongestWait : wait;
    }
}
