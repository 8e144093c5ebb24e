using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

public sealed class SealingKeyRulesTests
{
    private static readonly SealingKeyPolicy _policy = new();

    [Fact]
    public void the_first_key_seals_at_once()
    {
        var activation = SealingKeyRules.NextActivation([], _policy, The.Instant);

        Assert.Equal(The.Instant, activation);
    }

    [Fact]
    public void a_successor_is_made_two_weeks_ahead_and_starts_when_the_old_key_ends()
    {
        var ring = Step([], The.Instant);
        var end = The.Instant + _policy.SealsFor;

        var early = SealingKeyRules.NextActivation(ring, _policy, end - _policy.MakeAhead - TimeSpan.FromTicks(1));
        var inTime = SealingKeyRules.NextActivation(ring, _policy, end - _policy.MakeAhead);

        Assert.Null(early);
        Assert.Equal(end, inTime);
    }

    [Fact]
    public void a_late_successor_still_has_two_days_to_be_learned_and_the_old_key_bridges_them()
    {
        var ring = Step([], The.Instant);
        var late = The.Instant + _policy.SealsFor - TimeSpan.FromHours(1);

        var next = Step(ring, late);

        Assert.Equal(late + _policy.AnnounceFor, next[1].ActivatesAt);
        Assert.Equal(next[1].ActivatesAt, next[0].ExpiresAt);
    }

    [Fact]
    public void when_nothing_seals_any_more_a_key_starts_at_once()
    {
        var ring = Step([], The.Instant);
        var longAfter = The.Instant + _policy.SealsFor + TimeSpan.FromDays(1);

        var next = Step(ring, longAfter);

        Assert.Equal(longAfter, next[1].ActivatesAt);
        Assert.Equal(The.Instant + _policy.SealsFor, next[0].ExpiresAt);
    }

    [Fact]
    public void a_key_opens_ninety_days_after_it_sealed_last_and_then_goes()
    {
        var ring = Step([], The.Instant);
        var end = The.Instant + _policy.SealsFor + _policy.OpensFor;

        Assert.Single(SealingKeyRules.Keep(ring, _policy, end - TimeSpan.FromTicks(1)));
        Assert.Empty(SealingKeyRules.Keep(ring, _policy, end));
    }

    [Fact]
    public void in_every_history_a_key_seals_and_is_known_two_days_before() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(0, 24 * 30).ArrayOf().ToArbitrary(), static pauses =>
        {
            var ring = ImmutableArray<StoredSealingKey>.Empty;
            var now = The.Instant;
            foreach (var pause in pauses)
            {
                now += TimeSpan.FromHours(pause);
                var someSealed = ring.Any(key => key.ActivatesAt <= now && now < key.ExpiresAt);
                var known = ring.Select(static key => key.CreatedAt).ToHashSet();
                ring = Step(ring, now);

                Assert.Contains(ring, key => key.ActivatesAt <= now && now < key.ExpiresAt);
                Assert.All(
                    ring.Where(key => someSealed && !known.Contains(key.CreatedAt)),
                    key => Assert.True(key.ActivatesAt - now >= _policy.AnnounceFor));
            }

            return true;
        }));

    private static ImmutableArray<StoredSealingKey> Step(ImmutableArray<StoredSealingKey> ring, DateTimeOffset now)
    {
        var kept = SealingKeyRules.Keep(ring, _policy, now);
        return SealingKeyRules.NextActivation(kept, _policy, now) is not { } activatesAt ? kept : SealingKeyRules.Add(kept, new StoredSealingKey
        {
            Id = new Guid(kept.Length, 0, 0, new byte[8]),
            CreatedAt = now,
            ActivatesAt = activatesAt,
            ExpiresAt = activatesAt + _policy.SealsFor,
            SealedSecret = [],
        });
    }
}
