using System.Diagnostics;
using System.Net;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A Redis that comes back with what it had before some silos were replaced: its table of members names the dead as alive and the living not at all.</summary>
public sealed class RestoredStorage
{
    private const int PersonsAtEach = 20;

    // Silos look at the table every fifteen seconds; whoever waits for a member it has only heard of looks twice.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task a_redis_restored_over_other_members_than_the_silos_of_now_serves_them_again_without_a_restart()
    {
        await using var cluster = await TestCluster.Start(silos: 3, gateways: 2);
        using var wire = new Wire(cluster.Addresses);
        using var traffic = new Traffic(wire, new Recorder(), TimeSpan.Zero);
        cluster.Redis.TakeSnapshot();
        foreach (var (silo, gracefully) in new[] { (cluster.Silos[0], false), (cluster.Silos[1], true) })
        {
            await TestCluster.End(silo, gracefully);
            await cluster.StartSilo(silo);
            await cluster.IsReady(silo);
        }

        await cluster.Redis.Kill();
        await cluster.Redis.RunFromSnapshot();
        var restored = Stopwatch.GetTimestamp();

        // So many that every silo has to do with some of them.
        foreach (var number in Enumerable.Range(0, PersonsAtEach * cluster.Gateways.Count))
        {
            var person = new Person(traffic, new Random(number), Entities.Tenants[number % Entities.Tenants.Length], number);
            await Until($"person {number} logs in", person.LogIn);
            await Until($"person {number} is let in", async () => (await person.Look(number % cluster.Gateways.Count)).Status == HttpStatusCode.OK);
        }

        Say("everybody had logged in");
        cluster.Entities.WriteVersion(2);
        foreach (var gateway in Enumerable.Range(0, cluster.Gateways.Count))
        {
            await Until($"gateway {gateway} has the new configuration", async () =>
                (await wire.Send(gateway, "/.well-known/openid-configuration", $"id.{Entities.Changing}.test")).Text("issuer")?.EndsWith("/2", StringComparison.Ordinal) == true);
        }

        Say("the new configuration had arrived");
        Assert.DoesNotContain(cluster.Silos, static silo => silo.Process!.HasEnded);

        void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{what} {Stopwatch.GetElapsedTime(restored).TotalSeconds:F1} s after the restore");

        Task Until(string what, Func<Task<bool>> condition) => RestoredStorage.Until(cluster, what, condition);
    }

    /// <summary>Second sentence: a silo that died takes what its grains remembered with it, so that others begin them anew from what Redis says.</summary>
    [Fact]
    [Trait("Attack", "50")]
    public async Task codes_and_refresh_tokens_spent_after_the_snapshot_are_spent_after_the_restore()
    {
        const int Persons = 24;
        await using var cluster = await TestCluster.Start(silos: 3, gateways: 2);
        using var wire = new Wire(cluster.Addresses);
        var recorder = new Recorder();
        using var traffic = new Traffic(wire, recorder, TimeSpan.Zero);
        var holders = new List<(Person Person, Application Application, string Code, Tokens Tokens)>();
        foreach (var number in Enumerable.Range(0, Persons))
        {
            var chance = new Random(number);
            var person = new Person(traffic, chance, Entities.Tenants[number % Entities.Tenants.Length], number);
            await Until(cluster, $"person {number} logs in", person.LogIn);
            var application = new Application(traffic, chance, person, new Witnesses(number, 2));
            holders.Add((person, application, (await application.Code())!, (await application.Redeem((await application.Code())!))!));
        }

        cluster.Redis.TakeSnapshot();
        foreach (var (_, application, code, tokens) in holders)
        {
            Assert.NotNull(await application.Redeem(code));
            Assert.NotNull(await application.Refresh(tokens));
        }

        // What a silo saw in the last 50 ms of its life is forgotten with it (docs/decisions/0082); people go on for ten times as long.
        for (var spent = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(spent) < TimeSpan.FromMilliseconds(500);)
        {
            await Task.WhenAll(holders.Select(static holder => holder.Person.Visit()));
        }

        await TestCluster.End(cluster.Silos[0], gracefully: false);
        await cluster.Redis.Kill();
        await cluster.Redis.RunFromSnapshot();

        foreach (var (_, application, code, tokens) in holders)
        {
            await Until(cluster, $"an answer for {tokens.RefreshLabel}", () => IsRefused(() => application.Refresh(tokens)));
            await Until(cluster, "an answer for its code", () => IsRefused(() => application.Redeem(code)));
        }

        // Who has something nobody spent goes on.
        foreach (var (_, application, _, _) in holders)
        {
            await Until(cluster, "a new code", async () => await application.Code() is { } code && await application.Redeem(code) is not null);
        }

        async Task<bool> IsRefused(Func<Task<Tokens?>> use)
        {
            Assert.Null(await use());
            return recorder.Read().Operations[^1].Outcome == Outcome.Refused;
        }
    }

    private static async Task Until(TestCluster cluster, string what, Func<Task<bool>> condition)
    {
        for (var began = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(20))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < _patience, $"{what}: not within {_patience.TotalSeconds} s\n{Trial.Complaints(cluster)}");
        }
    }
}
