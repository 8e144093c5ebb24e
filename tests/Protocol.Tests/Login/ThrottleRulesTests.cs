using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

public sealed class ThrottleRulesTests
{
    private static readonly ThrottlePolicy _policy = ThrottlePolicy.ForUser;

    [Fact]
    public void the_free_attempts_go_on_and_the_next_one_waits_half_a_minute()
    {
        var count = Fail(ThrottleCount.None, _policy.Free, The.Instant);

        var next = ThrottleRules.Take(count, _policy, The.Instant);

        Assert.Equal(new ThrottleDecision.Refused(TimeSpan.FromSeconds(30)), next);
    }

    [Fact]
    public void waits_double_up_to_a_quarter_of_an_hour()
    {
        var count = Fail(ThrottleCount.None, _policy.Free, The.Instant);
        var now = The.Instant;
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var wait = ((ThrottleDecision.Refused)ThrottleRules.Take(count, _policy with { ForgiveEvery = TimeSpan.FromDays(1) }, now)).RetryAfter;
            waits.Add(wait.TotalSeconds);
            now += wait;
            count = Fail(count, 1, now, _policy with { ForgiveEvery = TimeSpan.FromDays(1) });
        }

        Assert.Equal([30, 60, 120, 240, 480, 900, 900], waits);
    }

    [Fact]
    public void knocking_while_locked_does_not_prolong_the_wait()
    {
        var count = Fail(ThrottleCount.None, _policy.Free, The.Instant);

        Assert.IsType<ThrottleDecision.Refused>(ThrottleRules.Take(count, _policy, The.Instant.AddSeconds(29)));
        Assert.IsType<ThrottleDecision.Admitted>(ThrottleRules.Take(count, _policy, The.Instant.AddSeconds(30)));
    }

    [Fact]
    public void a_right_password_forgets_the_wrong_ones()
    {
        var count = Fail(ThrottleCount.None, _policy.Free, The.Instant);

        Assert.Equal(ThrottleCount.None, ThrottleRules.GiveBack(count, _policy, clear: true, The.Instant));
    }

    [Fact]
    [Trait("Attack", "36")]
    public void logging_in_to_an_account_of_ones_own_does_not_wipe_the_count_of_the_network()
    {
        var policy = ThrottlePolicy.ForNetwork;
        var count = Fail(ThrottleCount.None, 90, The.Instant, policy);

        var afterwards = ThrottleRules.GiveBack(Fail(count, 1, The.Instant, policy), policy, clear: true, The.Instant);

        Assert.Equal(90, afterwards.Failures);
    }

    [Fact]
    public void an_attempt_that_never_reached_the_script_is_given_back_with_its_wait()
    {
        var count = Fail(ThrottleCount.None, _policy.Free, The.Instant);

        var back = ThrottleRules.GiveBack(count, _policy, clear: false, The.Instant);

        Assert.Equal(_policy.Free - 1, back.Failures);
        Assert.IsType<ThrottleDecision.Admitted>(ThrottleRules.Take(back, _policy, The.Instant));
    }

    [Fact]
    public void one_failure_is_forgotten_per_quarter_of_an_hour()
    {
        var count = Fail(ThrottleCount.None, 3, The.Instant);

        var later = Fail(count, 1, The.Instant.AddMinutes(31));
        var muchLater = Fail(count, 1, The.Instant.AddMinutes(45));

        Assert.Equal(2, later.Failures);
        Assert.Equal(1, muchLater.Failures);
        Assert.Equal(The.Instant.AddMinutes(45), ThrottleRules.StaleAt(count, _policy));
    }

    [Fact]
    [Trait("Attack", "36")]
    public void patient_guessing_gets_about_a_hundred_guesses_a_day()
    {
        var count = ThrottleCount.None;
        var admitted = 0;
        for (var now = The.Instant; now < The.Instant.AddDays(1); now = now.AddSeconds(1))
        {
            if (ThrottleRules.Take(count, _policy, now) is ThrottleDecision.Admitted taken)
            {
                admitted++;
                count = taken.Count;
            }
        }

        Assert.InRange(admitted, 90, 120);
    }

    [Fact]
    [Trait("Attack", "48")]
    public void a_clock_that_ran_ahead_locks_nobody_for_years()
    {
        var count = Fail(ThrottleCount.None, _policy.Free, The.Instant.AddYears(3));

        Assert.IsType<ThrottleDecision.Admitted>(ThrottleRules.Take(count, _policy, The.Instant));
        Assert.Equal(_policy.Free, ThrottleRules.GiveBack(Fail(count, 1, The.Instant), _policy, clear: false, The.Instant).Failures);
    }

    /// <summary>In no order of attempts, successes and pauses are more guesses admitted than the free ones, the forgiven ones and one per wait.</summary>
    [Fact]
    [Trait("Attack", "36")]
    public void no_history_admits_more_guesses_than_the_bucket_leaks() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, 2000).ArrayOf(200).ToArbitrary(), static pauses =>
        {
            var count = ThrottleCount.None;
            var now = The.Instant;
            var guesses = 0;
            foreach (var pause in pauses)
            {
                now += TimeSpan.FromSeconds(pause % 7 == 0 ? pause : pause % 40);
                if (ThrottleRules.Take(count, _policy, now) is not ThrottleDecision.Admitted taken)
                {
                    continue;
                }

                // Every third one turns out to be no guess.
                count = pause % 3 == 0 ? ThrottleRules.GiveBack(taken.Count, _policy, clear: false, now) : taken.Count;
                guesses += pause % 3 == 0 ? 0 : 1;
            }

            var elapsed = now - The.Instant;
            return guesses <= _policy.Free + Math.Ceiling(elapsed / _policy.ForgiveEvery) + 6;
        }));

    private static ThrottleCount Fail(ThrottleCount count, int times, DateTimeOffset now, ThrottlePolicy? policy = null)
    {
        for (var i = 0; i < times; i++)
        {
            count = Assert.IsType<ThrottleDecision.Admitted>(ThrottleRules.Take(count, policy ?? _policy, now)).Count;
        }

        return count;
    }
}
