using System.Net;
using Orleans;
using Orleans.Runtime;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>An etcd that comes back with what it had before every silo was replaced: the table names the dead as alive and the living not at all, and resource versions begin anew where they were.</summary>
public sealed class RestoredTests(Cluster cluster, ApiServer server) : IClassFixture<Cluster>
{
    private const string WentBack = "The table of members is at version";
    private static readonly (HttpStatusCode, HttpStatusCode) _served = (HttpStatusCode.SeeOther, HttpStatusCode.OK);

    // Silos look at the table every fifteen seconds, and after an API server that was away later, by Orleans' pause between failures.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task silos_write_themselves_into_a_restored_table_and_gateways_read_it_without_a_restart()
    {
        var kubernetes = await server.Server;
        Assert.SkipWhen(!RedisServer.IsInstalled, "redis-server is not installed");
        await Until("both silos are members", async () => (await Active()).Count == 2);
        var old = await Active();
        var backup = await kubernetes.BackUp();
        await Replace(gracefully: false);
        await Replace(gracefully: true);
        await Until("the silos of now are the members", async () => (await Active()) is { Count: 2 } now && !now.Overlaps(old));
        var (living, version) = (await Active(), (await cluster.View.Read()).Version.Version);

        await kubernetes.Restore(backup);
        var restored = TimeProvider.System.GetTimestamp();
        await Until("the silos of now are the members again", async () => (await Active()).SetEquals(living));
        Say("the silos of now were members");
        await Until("somebody logs in", async () => await cluster.LogIn() == _served);
        Say("somebody had logged in");
        Assert.True((await cluster.View.Read()).Version.Version > version);

        // Whoever joins now is read from the restored table, or not at all: in the end it is the only one that is left.
        var newcomer = await Join();
        int[] said = [await Leave(), await Leave()];
        Assert.Equal([newcomer], await Active());
        await Until("somebody logs in at the silo that joined", async () => await cluster.LogIn() == _served);
        Say("somebody had logged in at a silo that joined since");

        // By whoever noticed it: the other one may find it mended.
        Assert.True(said.Sum() > 0 && said.All(static times => times <= 1), $"said {string.Join(" and ", said)} times that the table went back");

        void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{what} {TimeProvider.System.GetElapsedTime(restored).TotalSeconds:F1} s after the restore");
    }

    private async Task Replace(bool gracefully)
    {
        await Join();
        await using var silo = cluster.TakeSilo();
        if (gracefully)
        {
            await silo.Terminate();
            await silo.Ends();
        }
    }

    private async Task<SiloAddress> Join()
    {
        var before = await Active();
        await cluster.StartSilo();
        using var joined = await cluster.Silos[^1].Answers("/health/ready", HttpStatusCode.NoContent);
        return Assert.Single((await Active()).Except(before));
    }

    /// <summary>Asks the oldest silo to end, which was there all the time.</summary>
    /// <returns>How often it had said that the table went back.</returns>
    private async Task<int> Leave()
    {
        await using var silo = cluster.TakeSilo();
        await silo.Terminate();
        Assert.Equal(0, await silo.Ends());
        return silo.Output.Split(WentBack).Length - 1;
    }

    private async Task<HashSet<SiloAddress>> Active() =>
        [.. (await cluster.View.Read()).Members.Select(static row => row.Item1).Where(static entry => entry.Status == SiloStatus.Active && entry.IAmAliveTime > DateTime.UtcNow.AddDays(-1)).Select(static entry => entry.SiloAddress)];

    private async Task Until(string what, Func<Task<bool>> condition)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !await condition(); await Task.Delay(100))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < _patience, $"{what}: not within {_patience.TotalSeconds} s\n{cluster.Output}");
        }
    }
}
