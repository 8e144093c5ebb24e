using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>Rotation of refresh tokens: reuse, grace, and what activations that know less make of it (RFC 6749 §6, RFC 9700 §4.14).</summary>
public sealed class RefreshTests : RefreshWorld
{
    [Fact]
    [Trait("Attack", "24")]
    public async Task a_spent_refresh_token_revokes_its_family_once_the_grace_is_over()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);
        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

        var replay = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(second), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(heir));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_of_two_generations_ago_revokes_its_family_even_within_the_grace()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);
        var third = await Use(grantId, second);

        var replay = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(third), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(heir));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_spent_refresh_token_revokes_its_family_whatever_is_asked_for_with_it()
    {
        foreach (var greedy in new Func<RefreshGrant, RefreshGrant>[] { static ask => ask with { Scopes = ["admin"] }, static ask => ask with { Resources = ["https://api.test"] } })
        {
            var (grantId, first) = await Clusters.Grant();
            var second = await Use(grantId, first);
            Clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

            var replay = await Grain(grantId).Refresh(greedy(TwoClusters.Refresh(first)), default);
            var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(second), default);

            // Another answer would let a thief try what the grant holds without anybody noticing.
            Assert.True(TwoClusters.IsInvalidGrant(replay));
            Assert.True(TwoClusters.IsInvalidGrant(heir));
        }
    }

    [Fact]
    public async Task a_client_that_did_not_hear_the_answer_gets_the_same_successor_within_the_grace()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);
        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(9));

        var again = await Use(grantId, first, Clusters.Second);

        Assert.Equal(second, again);
    }

    [Fact]
    public async Task the_sealed_successor_leaves_storage_once_the_grace_is_over_and_the_token_stays_good()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);
        Assert.True(HasSuccessor(grantId));

        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(20));
        await ClusterFixture.Until(() => !HasSuccessor(grantId));

        Assert.NotEqual(second, await Use(grantId, second));
    }

    [Fact]
    public async Task the_sealed_successor_leaves_storage_too_when_that_was_away_at_the_end_of_the_grace()
    {
        var (grantId, first) = await Clusters.Grant();
        await Use(grantId, first);
        var failures = 0;
        Clusters.First.Storage.Before = (call, grain) => call == StorageCall.Write && grain == Grain(grantId).GetGrainId() && Interlocked.Increment(ref failures) == 1
            ? throw new IOException("The storage is away.")
            : Task.CompletedTask;

        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(20));
        await ClusterFixture.Until(() => Volatile.Read(ref failures) == 1);
        await ClusterFixture.Until(() =>
        {
            Clusters.First.Clock.Advance(TimeSpan.FromSeconds(20));
            return !HasSuccessor(grantId);
        });
        Clusters.First.Storage.Before = null;

        Assert.Equal(2, failures);
    }

    [Fact]
    public async Task the_end_of_one_grace_does_not_take_the_successor_of_the_next_rotation()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);
        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(19));
        var third = await Use(grantId, second, Clusters.Second);

        // The activation of the first rotation has read the second one when its time comes.
        await Grain(grantId).Inspect(third, default);
        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(third, await Use(grantId, second));
        Assert.True(HasSuccessor(grantId));
    }

    [Fact]
    public async Task a_good_token_is_not_refused_by_an_activation_that_did_not_see_the_successor_go()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);
        Assert.Equal(second, await Use(grantId, first, Clusters.Second));
        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(20));
        await ClusterFixture.Until(() => !HasSuccessor(grantId));

        Assert.NotEqual(second, await Use(grantId, second, Clusters.Second));
    }

    [Fact]
    public async Task a_token_that_another_activation_gave_is_not_taken_for_a_spent_one()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first, Clusters.Second);

        // The activation that gave the first one still holds it for the current one.
        var third = await Use(grantId, second, Clusters.First);

        Assert.IsType<TokenOutcome.Issued>(await Grain(grantId).Refresh(TwoClusters.Refresh(third), default));
    }

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Invariant", "2")]
    public async Task a_spent_token_ends_its_family_also_where_it_is_held_for_the_current_one()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first, Clusters.Second);
        Clusters.First.Clock.Advance(TimeSpan.FromSeconds(11));

        // The activation that gave the first one never heard of the rotation: a silo that was cut off, and is back.
        var replay = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);
        var heir = await Clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(second), default);

        Assert.True(TwoClusters.IsInvalidGrant(replay));
        Assert.True(TwoClusters.IsInvalidGrant(heir));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_good_token_is_known_to_an_activation_that_is_older_than_its_grant()
    {
        var grantId = GrantIds.New();
        await Clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh("guess"), default);
        var opened = (TokenOutcome.Issued)await Grain(grantId).Open(
            new OpenGrant { Facts = TwoClusters.Facts(), Resources = [], WithRefreshToken = true, Terms = TwoClusters.Terms }, default);

        var refreshed = await Clusters.Second.Grains.GetGrain<IGrantGrain>(grantId).Refresh(
            TwoClusters.Refresh(RefreshTokenText.Split(opened.Tokens.RefreshToken!)!.Value.Secret), default);

        Assert.IsType<TokenOutcome.Issued>(refreshed);
    }

    private bool HasSuccessor(string grantId) =>
        JsonDocument.Parse(Clusters.First.Storage.RecordOf(Grain(grantId))!).RootElement.GetProperty("family").TryGetProperty("sealedSuccessor", out var value) && value.ValueKind == JsonValueKind.String;
}
