using System.Net;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Tests.Hosting;

/// <summary>Which Redis is spoken to, by what Sentinels say of it (decision 0083).</summary>
public sealed class DisownedPrimariesTests
{
    private static readonly IPEndPoint _server = new(IPAddress.Loopback, 6379);
    private static readonly IPEndPoint _another = new(IPAddress.Loopback, 6380);

    [Theory]
    [InlineData("slave", "slave")]
    [InlineData("slave", "replica")]
    [InlineData("slave,reconf_inprog", "slave")]
    [InlineData("slave,promoted", "master")]
    [InlineData("slave,disconnected,promoted", "slave")]
    public void a_replica_at_work_and_one_that_is_promoted_are_spoken_to(string flags, string role) => Assert.Null(DisownedPrimaries.Disowning(_server, [Word(_another, Known(_server, flags, role))]));

    [Theory]
    [InlineData("slave", "master")]
    [InlineData("s_down,slave", "slave")]
    [InlineData("slave,disconnected", "slave")]
    [InlineData("master,s_down,o_down,failover_in_progress", "master")]
    public void one_that_says_to_be_a_primary_or_was_not_heard_of_since_is_not(string flags, string role) => Assert.NotNull(DisownedPrimaries.Disowning(_server, [Word(_another, Known(_server, flags, role))]));

    [Fact]
    public void whom_a_sentinel_names_is_spoken_to_whatever_else_is_said_of_it()
    {
        var (late, knows) = (Word(_another, Known(_server, "slave", "master")), Word(_server, Known(_server, "master", "master")));

        Assert.Null(DisownedPrimaries.Disowning(_server, [knows]));
        Assert.Null(DisownedPrimaries.Disowning(_server, [late, knows]));
        Assert.NotNull(DisownedPrimaries.Disowning(_server, [late, late]));
    }

    [Fact]
    public void who_is_not_known_is_spoken_to_and_everybody_where_no_sentinel_answers()
    {
        Assert.Null(DisownedPrimaries.Disowning(_server, [Word(_another, Known(_another, "master", "master"))]));
        Assert.Null(DisownedPrimaries.Disowning(_server, []));
    }

    [Fact]
    public void names_are_compared_as_sentinels_write_them()
    {
        var name = new DnsEndPoint("redis-0.redis", 6379);
        var known = new Dictionary<string, string> { ["ip"] = "redis-0.redis", ["port"] = "6379", ["flags"] = "slave", ["role-reported"] = "master" };

        Assert.NotNull(DisownedPrimaries.Disowning(name, [Word(_another, known)]));
        Assert.Null(DisownedPrimaries.Disowning(name, [Word(new DnsEndPoint("redis-0.redis", 6379), known)]));
    }

    private static SentinelWord Word(EndPoint primary, Dictionary<string, string> known) => new(primary, [known]);

    private static Dictionary<string, string> Known(IPEndPoint server, string flags, string role) =>
        new() { ["ip"] = $"{server.Address}", ["port"] = $"{server.Port}", ["flags"] = flags, ["role-reported"] = role };
}
