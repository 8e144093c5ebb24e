using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

public sealed class KeyRingRulesTests
{
    private static readonly KeyRingPolicy _policy = KeyRingPolicy.For(TimeSpan.FromDays(7));

    /// <summary>Forward-auth of a tenant with the shared secret, whose ID tokens need RS256.</summary>
    private static readonly KeyDemand _shared = new(SigningAlgorithm.HS256, [SigningAlgorithm.RS256]);

    [Fact]
    public void an_empty_ring_gets_a_key_that_signs_at_once()
    {
        var plan = KeyRingRules.Plan([], new KeyDemand(SigningAlgorithm.ES256, [SigningAlgorithm.ES256]), _policy, The.Instant);

        Assert.Equal(new NewKey(SigningAlgorithm.ES256, The.Instant), Assert.Single(plan.Make));
    }

    [Fact]
    public void the_shared_secret_needs_no_key()
    {
        var plan = KeyRingRules.Plan([], new KeyDemand(SigningAlgorithm.HS256, [SigningAlgorithm.RS256], Rotate: true), _policy, The.Instant);

        Assert.Empty(plan.Make);
    }

    [Fact]
    public void a_successor_is_announced_before_the_key_is_ninety_days_old_and_signs_from_then()
    {
        var ring = Step([], SigningAlgorithm.ES256, The.Instant);
        var due = The.Instant + _policy.RotateAfter;

        var tooEarly = Plan(ring, due - _policy.AnnounceFor - TimeSpan.FromTicks(1));
        var announced = Step(ring, SigningAlgorithm.ES256, due - _policy.AnnounceFor);

        Assert.Empty(tooEarly.Make);
        Assert.Equal([KeyStage.Active, KeyStage.Announced], Stages(announced, due - TimeSpan.FromTicks(1)));
        Assert.Equal([KeyStage.VerifyOnly, KeyStage.Active], Stages(announced, due));
    }

    [Fact]
    public void a_retired_key_verifies_longer_than_anything_it_signed_and_then_goes()
    {
        var ring = Step([], SigningAlgorithm.ES256, The.Instant);
        var rotated = KeyRingRules.Add(ring, Made(SigningAlgorithm.ES256, The.Instant, The.Instant.AddHours(2)));
        var end = The.Instant.AddHours(2) + TimeSpan.FromDays(32);

        var lastMoment = Plan(rotated, end - TimeSpan.FromTicks(1));
        var after = Plan(rotated, end);

        Assert.Equal(2, lastMoment.Kept.Length);
        Assert.Equal(rotated[1], Assert.Single(after.Kept));
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(7, 32)]
    [InlineData(30, 60)]
    public void keys_verify_twice_the_life_the_server_gives_or_a_day_more_than_a_client_may_be_given(int days, int verifies)
    {
        Assert.Equal(TimeSpan.FromDays(verifies), KeyRingPolicy.For(TimeSpan.FromDays(days)).VerifyFor);
        Assert.True(KeyRingPolicy.For(TimeSpan.FromDays(days)).VerifyFor > ClientTokenLives.MostAccess);
    }

    [Fact]
    public void a_command_announces_one_successor_however_often_it_is_given()
    {
        var ring = Step([], SigningAlgorithm.RS256, The.Instant);
        var now = The.Instant.AddHours(1);
        var rotated = Step(ring, SigningAlgorithm.RS256, now, rotate: true);

        var again = KeyRingRules.Plan(rotated, Only(SigningAlgorithm.RS256, rotate: true), _policy, now.AddMinutes(1));

        Assert.Equal(2, rotated.Length);
        Assert.Equal(now + _policy.AnnounceFor, rotated[1].ActivatesAt);
        Assert.Empty(again.Make);
    }

    [Fact]
    public void another_algorithm_signs_at_once_and_the_old_one_goes_on_for_those_who_have_not_heard()
    {
        var ring = Step([], SigningAlgorithm.RS256, The.Instant);
        var now = The.Instant.AddDays(1);

        var both = Step(ring, SigningAlgorithm.ES256, now);
        var stale = KeyRingRules.Plan(both, new KeyDemand(SigningAlgorithm.RS256, [SigningAlgorithm.ES256]), _policy, now.AddMinutes(1));

        Assert.Equal([KeyStage.Active, KeyStage.Active], Stages(both, now));
        Assert.Empty(stale.Make);
        Assert.Equal([KeyStage.VerifyOnly, KeyStage.Active], Stages(both, now + _policy.AlgorithmOverlap));
    }

    [Fact]
    public void going_back_to_the_shared_secret_retires_the_keys()
    {
        var ring = Step([], SigningAlgorithm.ES256, The.Instant);

        var plan = KeyRingRules.Plan(ring, _shared, _policy, The.Instant);
        var again = KeyRingRules.Plan(plan.Kept, _shared, _policy, The.Instant.AddMinutes(1));

        Assert.Equal(The.Instant + _policy.AlgorithmOverlap, Assert.Single(plan.Kept).RetiresAt);
        Assert.Equal(plan.Kept, again.Kept);
    }

    [Fact]
    public void a_tenant_with_the_shared_secret_keeps_and_rotates_the_key_of_its_id_tokens()
    {
        var ring = Step([], SigningAlgorithm.RS256, The.Instant);

        var young = KeyRingRules.Plan(ring, _shared, _policy, The.Instant.AddMinutes(1));
        var old = KeyRingRules.Plan(ring, _shared, _policy, The.Instant.AddDays(120));

        Assert.Equal(ring, young.Kept);
        Assert.Empty(young.Make);
        Assert.Equal(SigningAlgorithm.RS256, Assert.Single(old.Make).Algorithm);
    }

    [Fact]
    public void the_reminder_rotates_what_the_tenant_uses_without_being_told()
    {
        var ring = Step(Step([], SigningAlgorithm.RS256, The.Instant), SigningAlgorithm.ES256, The.Instant);

        var plan = KeyRingRules.Plan(ring, new KeyDemand(Asked: null, [SigningAlgorithm.ES256]), _policy, The.Instant.AddDays(120));

        Assert.Equal(SigningAlgorithm.ES256, Assert.Single(plan.Make).Algorithm);
        Assert.Equal(ring[1], Assert.Single(plan.Kept));
    }

    [Fact]
    public void copies_are_refreshed_before_a_key_changes_its_stage()
    {
        var ring = Step(Step([], SigningAlgorithm.ES256, The.Instant), SigningAlgorithm.ES256, The.Instant, rotate: true);
        var change = The.Instant + _policy.AnnounceFor;

        Assert.Equal(The.Instant + _policy.RefreshEvery, KeyRingRules.RefreshAt(ring, _policy, The.Instant));
        Assert.Equal(change, KeyRingRules.RefreshAt(ring, _policy, change - TimeSpan.FromSeconds(1)));
    }

    /// <summary>Whatever happens in whatever order: one key signs, everything it signed verifies to its end, nobody is surprised by a key.</summary>
    [Fact]
    [Trait("Invariant", "6")]
    public void no_history_of_rotations_loses_a_token() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Histories().ToArbitrary(), static history =>
        {
            var ring = ImmutableArray<RingKey>.Empty;
            var now = The.Instant;
            var signed = new List<(string Kid, DateTimeOffset Until)>();
            foreach (var (hours, rotate) in history)
            {
                now += TimeSpan.FromHours(hours);
                var before = ring;
                ring = Step(ring, SigningAlgorithm.ES256, now, rotate);
                var active = ring.Where(key => KeyRingRules.StageOf(key, _policy, now) == KeyStage.Active).ToList();
                signed.Add((active.Single().Kid, now + TimeSpan.FromDays(7)));

                Assert.Equal(ring.Length, ring.Select(static key => key.Kid).Distinct().Count());
                Assert.All(signed.Where(token => token.Until > now), token => Assert.Contains(ring, key => key.Kid == token.Kid));
                Assert.All(
                    ring.Where(key => before.Length > 0 && !before.Any(old => old.Kid == key.Kid)),
                    key => Assert.True(key.ActivatesAt - key.AnnouncedAt >= _policy.AnnounceFor));
            }

            return true;
        }));

    internal static Gen<(int Hours, bool Rotate)[]> Histories() =>
        Gen.Choose(0, 24 * 40).SelectMany(static hours => Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
            .Select(rotate => (hours, rotate))).ArrayOf();

    private static KeyRingPlan Plan(ImmutableArray<RingKey> ring, DateTimeOffset now) =>
        KeyRingRules.Plan(ring, Only(SigningAlgorithm.ES256), _policy, now);

    internal static ImmutableArray<RingKey> Step(ImmutableArray<RingKey> ring, SigningAlgorithm algorithm, DateTimeOffset now, bool rotate = false) =>
        Step(ring, Only(algorithm, rotate), now);

    internal static ImmutableArray<RingKey> Step(ImmutableArray<RingKey> ring, KeyDemand demand, DateTimeOffset now)
    {
        var plan = KeyRingRules.Plan(ring, demand, _policy, now);
        return plan.Make.Aggregate(plan.Kept, (kept, make) => KeyRingRules.Add(kept, Made(make.Algorithm, now, make.ActivatesAt)));
    }

    internal static KeyDemand Only(SigningAlgorithm algorithm, bool rotate = false) => new(algorithm, [algorithm], rotate);

    private static int _made;

    private static RingKey Made(SigningAlgorithm algorithm, DateTimeOffset announcedAt, DateTimeOffset activatesAt) => new()
    {
        Kid = Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture),
        Algorithm = algorithm,
        AnnouncedAt = announcedAt,
        ActivatesAt = activatesAt,
        Spki = [],
        SealedPkcs8 = [],
    };

    internal static IEnumerable<KeyStage> Stages(ImmutableArray<RingKey> ring, DateTimeOffset now) =>
        ring.Select(key => KeyRingRules.StageOf(key, _policy, now));
}
