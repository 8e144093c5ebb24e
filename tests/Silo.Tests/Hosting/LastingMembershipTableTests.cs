using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Runtime;
using Uitsmijter.Actors.Silo.Hosting;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>What a silo writes again when the store of members went back in time, and what it leaves alone.</summary>
public sealed class LastingMembershipTableTests
{
    private static readonly DateTime _now = new(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc);
    private static readonly SiloAddress _own = Address(1);
    private readonly StoreOfMembers _store = new();
    private readonly Lines<LastingMembershipTable> _log = new();
    private readonly FakeTimeProvider _clock = new(_now);
    private ClusterMembershipSnapshot _heard = Heard(0);

    [Fact]
    public async Task members_the_store_has_forgotten_are_written_again_and_the_version_passes_what_was_seen()
    {
        var table = Table();
        await Join(table, 1);
        var backup = _store.Copy();
        await Join(table, 2, 3);
        await table.ReadAllAsync(default);
        _store.Restore(backup);

        var read = await table.ReadAllAsync(default);

        Assert.Equal([1, 2, 3], Alive(read));
        Assert.Equal(4, read.Version.Version);
        Assert.Equal("1 in the store, where 3 was seen", Said());
    }

    [Fact]
    public async Task whoever_runs_sees_no_version_without_the_members_that_were_missing()
    {
        var table = Table();
        await Join(table, 1);
        var backup = _store.Copy();
        await Join(table, 2, 3, 4);
        await table.ReadAllAsync(default);
        _store.Restore(backup);
        _store.Written.Clear();

        await table.ReadAllAsync(default);

        // Running silos take a version as news only above the fourth, the newest they know.
        Assert.All(_store.Written.Where(static version => version.Number > 4), static version => Assert.Equal(4, version.Members));
        Assert.Contains(_store.Written, static version => version.Number > 4);
    }

    [Fact]
    public async Task a_member_that_died_since_is_dead_again()
    {
        var table = Table();
        await Join(table, 1, 2);
        var backup = _store.Copy();
        await Kill(table, 2);
        _store.Restore(backup);

        Assert.Equal([1], Alive(await table.ReadAllAsync(default)));
    }

    [Fact]
    public async Task a_member_that_was_gone_so_long_that_its_row_is_tidied_away_is_dead()
    {
        var table = Table();
        await Join(table, 1, 2);
        var backup = _store.Copy();
        await Kill(table, 2);
        _store.Forget(Address(2));
        await table.ReadAllAsync(default);
        _store.Restore(backup);

        Assert.Equal([1], Alive(await table.ReadAllAsync(default)));
    }

    [Fact]
    public async Task a_member_that_joined_after_the_restore_stays()
    {
        var table = Table();
        await Join(table, 1);
        var backup = _store.Copy();
        await Join(table, 2, 3);
        await table.ReadAllAsync(default);
        _store.Restore(backup);
        var version = (await _store.ReadAllAsync(default)).Version;
        Assert.True(await _store.InsertRowAsync(Entry(9, _now), version.Next(), default));

        Assert.Equal([1, 2, 3, 9], Alive(await table.ReadAllAsync(default)));
    }

    [Fact]
    public async Task two_silos_that_notice_at_once_agree()
    {
        var (one, other) = (Table(), Table(Address(2)));
        await Join(one, 1);
        var backup = _store.Copy();
        await Join(one, 2, 3);
        await one.ReadAllAsync(default);
        await other.ReadAllAsync(default);
        _store.Restore(backup);

        var reads = await Task.WhenAll(Task.Run(() => one.ReadAllAsync(default)), Task.Run(() => other.ReadAllAsync(default)));

        Assert.All(reads, static read => Assert.Equal([1, 2, 3], Alive(read)));
        Assert.Equal([1, 2, 3], Alive(await _store.ReadAllAsync(default)));
    }

    [Fact]
    public async Task a_version_heard_of_from_a_neighbour_is_passed_too()
    {
        var table = Table();
        await Join(table, 1, 2);
        _heard = Heard(7, 1, 2);

        Assert.Equal(8, (await table.ReadAllAsync(default)).Version.Version);
    }

    [Fact]
    public async Task a_member_it_has_only_heard_of_writes_itself_again_before_the_version_is_news_to_anybody()
    {
        var (table, unread) = (Table(), Table(Address(2)));
        await Join(table, 1);
        var backup = _store.Copy();
        await Join(unread, 2);
        _heard = Heard(2, 1, 2);
        _store.Restore(backup);

        Assert.Equal(1, (await table.ReadAllAsync(default)).Version.Version);
        Assert.Equal([1, 2], Alive(await unread.ReadAllAsync(default)));
        Assert.Equal(3, (await table.ReadAllAsync(default)).Version.Version);
        Assert.Equal(2, _log.All.Count);
    }

    [Fact]
    public async Task a_member_it_has_only_heard_of_and_that_is_gone_is_not_waited_for_forever()
    {
        var table = Table();
        await Join(table, 1);
        _heard = Heard(2, 1, 2);

        Assert.Equal(1, (await table.ReadAllAsync(default)).Version.Version);
        _clock.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal(3, (await table.ReadAllAsync(default)).Version.Version);
    }

    [Fact]
    public async Task the_second_restore_is_noticed_like_the_first()
    {
        var (table, unread) = (Table(), Table(Address(2)));
        await Join(table, 1);
        var backup = _store.Copy();
        await Join(unread, 2);
        _heard = Heard(2, 1, 2);
        _store.Restore(backup);
        await table.ReadAllAsync(default);
        await unread.ReadAllAsync(default);
        await table.ReadAllAsync(default);
        _clock.Advance(TimeSpan.FromHours(1));

        await Join(unread, 3);
        _heard = Heard(4, 1, 2, 3);
        _store.Restore(backup);

        Assert.Equal(1, (await table.ReadAllAsync(default)).Members.Count(static row => row.Item1.SiloAddress.Equals(_own)));
        Assert.DoesNotContain(_store.Written.Skip(6), static version => version.Number > 4);
        Assert.Equal(3, _log.All.Count);
    }

    [Fact]
    public async Task a_member_neighbours_call_dead_is_not_written_as_alive()
    {
        var table = Table();
        await Join(table, 1);
        var backup = _store.Copy();
        await Join(table, 2);
        await table.ReadAllAsync(default);
        _heard = new ClusterMembershipSnapshot(_heard.Members.Add(Address(2), new ClusterMember(Address(2), SiloStatus.Dead, "silo 2")), new MembershipVersion(3));
        _store.Restore(backup);
        _store.Written.Clear();

        Assert.Equal([1], Alive(await table.ReadAllAsync(default)));
        Assert.All(_store.Written, static version => Assert.Equal(1, version.Members));
    }

    [Fact]
    public async Task a_store_that_was_emptied_is_filled_once_somebody_has_made_the_table_again()
    {
        var table = Table();
        await Join(table, 1, 2);
        await table.ReadAllAsync(default);
        _store.Restore((0, []));

        var read = await table.ReadAllAsync(default);

        Assert.Equal([1, 2], Alive(read));
        Assert.Equal(3, read.Version.Version);
    }

    [Fact]
    public async Task a_look_that_a_change_has_overtaken_is_no_restore()
    {
        var table = Table();
        await Join(table, 1);
        var late = _store.AnswerLate();
        var look = table.ReadAllAsync(default);
        await Join(table, 2);
        late.SetResult();

        Assert.Equal([1, 2], Alive(await look));
        Assert.Empty(_log.All);
        Assert.Equal(2, (await _store.ReadAllAsync(default)).Version.Version);
    }

    [Fact]
    public async Task a_store_that_goes_on_is_only_read()
    {
        var table = Table();
        await Join(table, 1, 2);
        _store.Written.Clear();

        await table.ReadAllAsync(default);
        await table.ReadAllAsync(default);

        Assert.Empty(_store.Written);
        Assert.Empty(_log.All);
    }

    private LastingMembershipTable Table(SiloAddress? own = null) => new(_store, own ?? _own, () => _heard, _clock, _log);

    private string Said() => Assert.Single(_log.All)["The table of members is at version ".Length..].Split(':')[0];

    private static async Task Join(LastingMembershipTable table, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            var version = (await table.ReadAllAsync(default)).Version;
            Assert.True(await table.InsertRowAsync(Entry(number, _now - TimeSpan.FromHours(2)), version.Next(), default));
        }
    }

    private static async Task Kill(LastingMembershipTable table, int number)
    {
        var read = await table.ReadAllAsync(default);
        var (row, etag) = read.TryGet(Address(number))!;
        var entry = StoreOfMembers.Clone(row);
        entry.Status = SiloStatus.Dead;
        Assert.True(await table.UpdateRowAsync(entry, etag, read.Version.Next(), default));
    }

    private static ClusterMembershipSnapshot Heard(long version, params int[] alive) => new(
        alive.Select(static number => new ClusterMember(Address(number), SiloStatus.Active, $"silo {number}")).ToImmutableDictionary(static member => member.SiloAddress), new MembershipVersion(version));

    private static List<int> Alive(MembershipTableData table) =>
        [.. table.Members.Where(static row => row.Item1.Status == SiloStatus.Active).Select(static row => row.Item1.SiloAddress.Endpoint.Port).Order()];

    private static SiloAddress Address(int number) => SiloAddress.New(IPAddress.Loopback, number, 1);

    private static MembershipEntry Entry(int number, DateTime start) => new()
    {
        SiloAddress = Address(number), HostName = "test", SiloName = $"silo {number}", Status = SiloStatus.Active, StartTime = start, IAmAliveTime = start, SuspectTimes = [],
    };
}
