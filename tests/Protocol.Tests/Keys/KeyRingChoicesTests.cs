using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.TestKit;
using Xunit;
using static Uitsmijter.Actors.Protocol.Tests.Keys.KeyRingRulesTests;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

/// <summary>Rings whose clients chose other algorithms for their ID tokens than the tenant's.</summary>
public sealed class KeyRingChoicesTests
{
    private static readonly KeyRingPolicy _policy = KeyRingPolicy.For(TimeSpan.FromDays(7));

    [Fact]
    public void a_key_a_client_chose_lives_beside_the_tenants_own_and_rotates_by_the_same_schedule()
    {
        var both = Step(Step([], Both(SigningAlgorithm.ES256), The.Instant), Both(SigningAlgorithm.RS256), The.Instant);
        var due = The.Instant + _policy.RotateAfter - _policy.AnnounceFor;

        var young = KeyRingRules.Plan(both, Both(SigningAlgorithm.ES256), _policy, due - TimeSpan.FromTicks(1));
        var reminded = Step(both, Both(asked: null), due);

        Assert.Equal([KeyStage.Active, KeyStage.Active], Stages(both, The.Instant));
        Assert.Equal(both, young.Kept);
        Assert.Equal([SigningAlgorithm.ES256, SigningAlgorithm.RS256], reminded.Skip(2).Select(static key => key.Algorithm));
        Assert.Equal([KeyStage.Active, KeyStage.Active, KeyStage.Announced, KeyStage.Announced], Stages(reminded, due));
    }

    [Fact]
    public void an_algorithm_nobody_uses_any_more_stops_after_the_overlap_and_verifies_on()
    {
        var both = Step(Step([], Both(SigningAlgorithm.ES256), The.Instant), Both(SigningAlgorithm.RS256), The.Instant);

        var given = Step(both, SigningAlgorithm.ES256, The.Instant.AddDays(1));

        Assert.Equal([KeyStage.Active, KeyStage.VerifyOnly], Stages(given, The.Instant.AddDays(1) + _policy.AlgorithmOverlap));
        Assert.Equal(given[0], Assert.Single(KeyRingRules.Plan(given, Only(SigningAlgorithm.ES256), _policy, The.Instant.AddDays(80)).Kept));
    }

    [Fact]
    public void an_algorithm_used_again_before_its_key_stopped_goes_on_with_that_key()
    {
        var both = Step(Step([], Both(SigningAlgorithm.ES256), The.Instant), Both(SigningAlgorithm.RS256), The.Instant);
        var given = Step(both, SigningAlgorithm.ES256, The.Instant);

        var again = Step(given, Both(SigningAlgorithm.RS256), The.Instant + _policy.AlgorithmOverlap - TimeSpan.FromTicks(1));

        Assert.Equal(both, again);
    }

    [Fact]
    public void a_silo_that_does_not_know_the_tenant_gives_up_nothing()
    {
        var both = Step(Step([], Both(SigningAlgorithm.ES256), The.Instant), Both(SigningAlgorithm.RS256), The.Instant);

        var plan = KeyRingRules.Plan(both, new KeyDemand(SigningAlgorithm.ES256, InUse: null), _policy, The.Instant);

        Assert.Equal(both, plan.Kept);
    }

    /// <summary>Clients come and go while processes are behind each other: whatever was signed verifies to its end, by its own algorithm.</summary>
    [Fact]
    [Trait("Invariant", "6")]
    public void no_history_of_choices_loses_a_token() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Histories().ToArbitrary(), static history =>
        {
            var (ring, now, signed) = (ImmutableArray<RingKey>.Empty, The.Instant, new List<(string Kid, DateTimeOffset Until)>());
            foreach (var (minutes, isChosen) in history)
            {
                now += TimeSpan.FromMinutes(minutes);
                foreach (var asked in isChosen ? [SigningAlgorithm.RS256, SigningAlgorithm.ES256] : (SigningAlgorithm[])[SigningAlgorithm.ES256])
                {
                    ring = Step(ring, isChosen ? Both(asked) : Only(asked), now);
                    signed.Add((KeyRingRules.ActiveOf(ring, asked, _policy, now)!.Kid, now + TimeSpan.FromDays(7)));
                }

                Assert.All(signed.Where(token => token.Until > now), token => Assert.Contains(ring, key => key.Kid == token.Kid));
                Assert.All(Enum.GetValues<SigningAlgorithm>(), algorithm =>
                    Assert.True(ring.Count(key => key.Algorithm == algorithm && KeyRingRules.StageOf(key, _policy, now) == KeyStage.Active) <= 1));
            }

            return true;
        }));

    private static KeyDemand Both(SigningAlgorithm? asked) => new(asked, [SigningAlgorithm.ES256, SigningAlgorithm.RS256]);
}
