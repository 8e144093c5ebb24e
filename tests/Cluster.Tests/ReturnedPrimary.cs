using System.Diagnostics;
using System.Net;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A primary of Redis that was replaced and comes back by its old configuration: it is empty, and believes to be the primary until a Sentinel tells it otherwise (decision 83).</summary>
public sealed class ReturnedPrimary
{
    private const int Persons = 8;

    /// <summary>How soon everybody can log in again, whatever the returned one believes; most of it is the fail-over before.</summary>
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>What silos ask of the Redis they take for theirs. What the client library asks to get to know one is not among it.</summary>
    private static readonly string[] _ours = ["cmdstat_hget", "cmdstat_eval", "cmdstat_hset", "cmdstat_incr", "cmdstat_del", "cmdstat_wait"];

    [Fact]
    public async Task an_empty_redis_that_believes_to_be_the_primary_is_not_asked_and_everybody_is_served()
    {
        Assert.SkipUnless(WatchedRedis.IsInstalled, "redis-server or redis-cli is not installed");
        await using var redis = await WatchedRedis.Start(replicas: 2);
        await using var cluster = await TestCluster.Start(silos: 2, gateways: 2, settings: TestCluster.Watched(redis));
        using var wire = new Wire(cluster.Addresses);
        using var traffic = new Traffic(wire, new Recorder(), TimeSpan.Zero);
        var (inside, left) = (Enumerable.Range(0, Persons).Select(Somebody).ToList(), Somebody(Persons));
        foreach (var person in inside.Append(left))
        {
            await Until($"{person.Owner.Person} logs in", person.LogIn, _patience);
        }

        await left.LogOut();
        var gone = await redis.KillPrimary();
        await redis.UntilAnotherIs(gone);
        await redis.ReturnAsPrimary(gone);
        var returned = Stopwatch.GetTimestamp();

        Assert.True(await redis.BelievesToBePrimary(gone), "the Sentinel told it before anybody could be misled");
        var newcomer = Somebody(Persons + 1);
        await Until("somebody new logs in", newcomer.LogIn, _bound);
        Say("somebody new had logged in");
        await EverybodyIsTold([.. inside, newcomer]);
        for (var asked = ""; await redis.BelievesToBePrimary(gone); await Task.Delay(100))
        {
            await EverybodyIsTold([.. inside, newcomer]);
            asked = await redis.Commands(gone);
            Assert.DoesNotContain(_ours, command => asked.Contains(command, StringComparison.Ordinal));
            Assert.InRange(Stopwatch.GetElapsedTime(returned), TimeSpan.Zero, _patience);
        }

        Say("it was told");
        await EverybodyIsTold([.. inside, newcomer]);
        await Until("somebody else logs in", Somebody(Persons + 2).LogIn, _bound);
        Assert.DoesNotContain(cluster.Silos.Concat(cluster.Gateways), static member => member.Process!.HasEnded);
        Assert.Contains(cluster.Silos, silo => silo.Output.Contains($"{gone} believes to be the primary", StringComparison.Ordinal));
        Assert.All(cluster.Silos, silo => Assert.InRange(silo.Output.Split($"{gone} believes to be the primary").Length - 1, 0, 1));

        Person Somebody(int number) => new(traffic, new Random(number), Entities.Tenants[number % Entities.Tenants.Length], number);

        void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{what} {Stopwatch.GetElapsedTime(returned).TotalSeconds:F1} s after its return");

        // Yes for those who are logged in, with their own name, and for nobody else.
        async Task EverybodyIsTold(IReadOnlyList<Person> logged)
        {
            foreach (var gateway in Enumerable.Range(0, cluster.Gateways.Count))
            {
                foreach (var person in logged)
                {
                    var answer = await person.Look(gateway);
                    Assert.True((answer.Status, answer.Email) == (HttpStatusCode.OK, person.Owner.Person), $"{person.Owner.Person}: {answer}\n{Trial.Complaints(cluster)}");
                }

                Assert.NotEqual(HttpStatusCode.OK, (await left.Look(gateway)).Status);
                Assert.NotEqual(HttpStatusCode.OK, (await Somebody(0).Look(gateway)).Status);
            }
        }

        async Task Until(string what, Func<Task<bool>> condition, TimeSpan bound)
        {
            for (var began = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50))
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < bound, $"{what}: not within {bound.TotalSeconds} s\n{Trial.Complaints(cluster)}");
            }
        }
    }
}
