using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Protocol.Revocation;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Revocation;

/// <summary>Each test has a shard of its own; numbers beyond the product's shards do not meet its mirrors.</summary>
public sealed class RevocationFeedGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task entries_are_read_in_order_from_any_position()
    {
        var feed = Shard(100);
        for (var number = 0; number < 10; number++)
        {
            await feed.Append(Entry($"s{number}"), default);
        }

        var first = await feed.Read(0, 0, 4, default);
        var second = await feed.Read(first.Epoch, first.Number, 100, default);
        var third = await feed.Read(second.Epoch, second.Number, 100, default);

        Assert.Equal(["s0", "s1", "s2", "s3"], first.Entries.Select(static entry => entry.Id));
        Assert.Equal(["s4", "s5", "s6", "s7", "s8", "s9"], second.Entries.Select(static entry => entry.Id));
        Assert.Equal((true, false, false), (first.More, second.More, third.More));
        Assert.Empty(third.Entries);
        Assert.Equal(second.Number, third.Number);
    }

    [Fact]
    public async Task an_id_is_written_once_and_again_only_for_a_later_end()
    {
        var feed = Shard(101);
        await feed.Append(Entry("same"), default);
        cluster.Storage.ForgetWrites();

        await feed.Append(Entry("same"), default);
        await feed.Append(Entry("same", hours: -1), default);
        var repeated = cluster.Storage.Writes.Count;
        await feed.Append(Entry("same", hours: 5), default);

        var page = await feed.Read(0, 0, 10, default);
        Assert.Equal(0, repeated);
        Assert.Equal(1, cluster.Storage.Writes.Count);
        Assert.Equal(Entry("same", hours: 5).Until, Assert.Single(page.Entries).Until);
    }

    [Fact]
    public async Task kinds_do_not_mix()
    {
        var feed = Shard(102);
        await feed.Append(Entry("id"), default);

        Assert.True(await feed.Contains(RevocationKind.Session, "id", default));
        Assert.False(await feed.Contains(RevocationKind.Grant, "id", default));
    }

    [Fact]
    [Trait("Attack", "48")]
    public async Task an_entry_goes_only_some_time_after_the_end_of_the_longest_token()
    {
        var feed = Shard(103);
        await feed.Append(Entry("short"), default);
        await feed.Append(Entry("long", hours: 1_000), default);

        cluster.Clock.Advance(_life + RevocationRules.Reserve - TimeSpan.FromSeconds(5));
        await cluster.Cluster.DeactivateAsync(feed);
        var before = await feed.Read(0, 0, 10, default);
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        await cluster.Cluster.DeactivateAsync(feed);
        var after = await feed.Read(0, 0, 10, default);

        Assert.Equal(["short", "long"], before.Entries.Select(static entry => entry.Id));
        Assert.Equal(["long"], after.Entries.Select(static entry => entry.Id));
    }

    [Fact]
    [Trait("Attack", "48")]
    public async Task a_clock_that_is_ahead_for_a_moment_makes_nothing_forgotten()
    {
        var feed = Shard(119);
        await feed.Append(Entry("alive", hours: 1), default);

        cluster.Clock.Advance(TimeSpan.FromHours(20));
        await feed.Append(Entry("meanwhile", hours: 30), default);
        await cluster.Cluster.DeactivateAsync(feed);
        var known = await feed.Read(0, 0, 10, default);

        Assert.Equal(["alive", "meanwhile"], known.Entries.Select(static entry => entry.Id));
    }

    [Fact]
    public async Task an_append_to_a_hundred_thousand_entries_is_one_small_write()
    {
        var feed = Shard(104);
        await Task.WhenAll(Enumerable.Range(0, 20_000).Select(number => feed.Append(Entry($"0123456789abcdef-{number}"), default)));
        cluster.Storage.ForgetWrites();

        for (var number = 0; number < 200; number++)
        {
            await feed.Append(Entry($"more-{number}"), default);
        }

        Assert.InRange(cluster.Storage.Writes.Count, 200, 220);
        Assert.InRange(cluster.Storage.Writes.Bytes / 200, 1, 16 * 1024);
        await cluster.Cluster.DeactivateAsync(feed);
        var page = await feed.Read(0, 0, int.MaxValue, default);
        Assert.True(page.More);
        Assert.Equal(5_000, page.Entries.Length);
    }

    [Fact]
    [Trait("Attack", "50")]
    public async Task a_feed_set_back_to_a_backup_starts_mirrors_anew()
    {
        var feed = Shard(105);
        await feed.Append(Entry("kept"), default);
        var backup = cluster.Storage.Backup();
        await feed.Append(Entry("lost"), default);
        var mirror = await feed.Read(0, 0, 10, default);
        cluster.Storage.Restore(backup);
        await cluster.Cluster.DeactivateAsync(feed);

        var page = await feed.Read(mirror.Epoch, mirror.Number, 10, default);

        Assert.NotEqual(mirror.Epoch, page.Epoch);
        Assert.Equal("kept", Assert.Single(page.Entries).Id);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_feed_with_holes_answers_nobody()
    {
        var feed = Shard(106);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(number => feed.Append(Entry($"s{number}"), default)));
        cluster.Storage.Lose(key => key.StartsWith($"{feed.GetGrainId()}/feed-", StringComparison.Ordinal));
        await cluster.Cluster.DeactivateAsync(feed);

        await Assert.ThrowsAsync<InvalidOperationException>(() => feed.Read(0, 0, 10, default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => feed.Append(Entry("new"), default));
    }

    [Theory]
    [Trait("Attack", "47")]
    [InlineData(StorageCall.Read)]
    [InlineData(StorageCall.Write)]
    public async Task a_failing_storage_is_never_reported_as_success(StorageCall failing)
    {
        var feed = Shard(107 + (int)failing);
        await feed.Append(Entry("before"), default);
        await cluster.Cluster.DeactivateAsync(feed);
        cluster.Storage.Before = (call, grain) =>
            call == failing && grain == feed.GetGrainId() ? Task.FromException(new IOException("The storage of the tests fails now.")) : Task.CompletedTask;

        await Assert.ThrowsAsync<IOException>(() => feed.Append(Entry("new"), default));
        cluster.Storage.Before = null;
        await feed.Append(Entry("new"), default);

        Assert.Equal(["before", "new"], (await feed.Read(0, 0, 10, default)).Entries.Select(static entry => entry.Id));
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task every_silo_learns_a_revocation_at_once()
    {
        await ClusterFixture.Until(() => Mirrors.All(static mirror => mirror.IsCurrent));
        var delays = new List<TimeSpan>();

        foreach (var id in Enumerable.Range(0, 7).Select(static number => $"everywhere {number}"))
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await cluster.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(id)).Append(Entry(id), default);
            await ClusterFixture.Until(() => Mirrors.All(mirror => mirror.Contains(RevocationKind.Session, id)));
            delays.Add(clock.Elapsed);
        }

        // The least: every other turn may meet a machine that is busy elsewhere, and what costs a second by itself costs it every time.
        Assert.InRange(delays.Min(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    [Trait("Attack", "50")]
    public async Task what_a_silo_knows_to_be_revoked_stays_revoked_when_the_feed_is_set_back()
    {
        var shard = IRevocationFeedGrain.ShardOf("remembered");
        var feed = cluster.Grains.GetGrain<IRevocationFeedGrain>(shard);
        var backup = cluster.Storage.Backup();
        await feed.Append(Entry("remembered"), default);
        await ClusterFixture.Until(() => Mirrors.All(static mirror => mirror.Contains(RevocationKind.Session, "remembered")));

        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        cluster.Storage.Restore(backup);
        await cluster.Cluster.DeactivateAsync(feed);
        var later = Enumerable.Range(0, 100).Select(static number => $"later-{number}").First(id => IRevocationFeedGrain.ShardOf(id) == shard);
        await feed.Append(Entry(later), default);
        await ClusterFixture.Until(() => Mirrors.All(mirror => mirror.Contains(RevocationKind.Session, later)));

        Assert.All(Mirrors, static mirror => Assert.True(mirror.Contains(RevocationKind.Session, "remembered")));

        // And in the feed again, for whoever starts now: a restored session would be alive there.
        await ClusterFixture.Until(async () => await feed.Contains(RevocationKind.Session, "remembered", default));
    }

    private static readonly TimeSpan _life = TimeSpan.FromHours(2);

    private IEnumerable<RevokedIds> Mirrors => [cluster.Of<RevokedIds>(0), cluster.Of<RevokedIds>(1)];

    private RevocationEntry Entry(string id, double hours = 0) =>
        new(RevocationKind.Session, id, cluster.Clock.GetUtcNow() + _life + TimeSpan.FromHours(hours));

    private IRevocationFeedGrain Shard(long number) => cluster.Grains.GetGrain<IRevocationFeedGrain>(number);
}
