using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Nemesis;

/// <summary>Does one fault after the other to a cluster and writes down when. Chance comes from the seed of the run.</summary>
internal sealed class Tormentor(TestCluster cluster, Recorder recorder, Random chance)
{
    /// <summary>Ends a silo without a word and starts another one in its place.</summary>
    public Task KillSilo() => Replace(AnySilo(), gracefully: false);

    /// <summary>Asks a silo to end and starts another one in its place.</summary>
    public Task TerminateSilo() => Replace(AnySilo(), gracefully: true);

    /// <summary>Ends a gateway without a word and starts it again.</summary>
    public Task KillGateway() => Replace(AnyGateway(), gracefully: false);

    /// <summary>Asks a gateway to end and starts it again.</summary>
    public Task TerminateGateway() => Replace(AnyGateway(), gracefully: true);

    /// <summary>A silo stands still until the others have given it up, and then goes on as if nothing had been: the zombie.</summary>
    public Task PauseSilo(TimeSpan time) => Pause(AnySilo(), time);

    /// <summary>A gateway stands still and goes on.</summary>
    public Task PauseGateway(TimeSpan time) => Pause(AnyGateway(), time);

    /// <summary>Two silos cannot reach each other.</summary>
    public Task CutSilos(TimeSpan time)
    {
        var first = AnySilo();
        var others = cluster.Silos.Where(silo => silo != first).ToList();
        return Cut(first.Name, [others[chance.Next(others.Count)].Name], time);
    }

    /// <summary>A silo cannot reach the others, but still the gateways and the store: for a while both sides have activations of the same grains.</summary>
    public Task IsolateSilo(TimeSpan time)
    {
        var silo = AnySilo();
        return Cut(silo.Name, [.. cluster.Silos.Where(other => other != silo).Select(static other => other.Name)], time);
    }

    /// <summary>A silo can reach neither the other silos nor the gateways, but still the store.</summary>
    public Task CutOffSilo(TimeSpan time)
    {
        var silo = AnySilo();
        return Cut(silo.Name, [.. cluster.Silos.Concat(cluster.Gateways).Where(other => other != silo).Select(static other => other.Name)], time);
    }

    /// <summary>A gateway can reach no silo.</summary>
    public Task CutOffGateway(TimeSpan time) => Cut(AnyGateway().Name, [.. cluster.Silos.Select(static silo => silo.Name)], time);

    /// <summary>A silo cannot reach the store.</summary>
    public Task CutOffStore(TimeSpan time) => Cut(AnySilo().Name, [DurableRedis.Name], time);

    /// <summary>Redis ends without a word and comes back.</summary>
    public Task KillRedis(TimeSpan time) => During(FaultKind.RedisKilled, DurableRedis.Name, async () =>
    {
        await cluster.Redis.Kill();
        await Task.Delay(time);
        await cluster.Redis.Run();
    });

    /// <summary>Redis stands still and goes on.</summary>
    public Task PauseRedis(TimeSpan time) => During(FaultKind.RedisPaused, DurableRedis.Name, async () =>
    {
        await cluster.Redis.Signal("STOP");
        await Task.Delay(time);
        await cluster.Redis.Signal("CONT");
    });

    /// <summary>Everything to and from Redis comes late.</summary>
    public Task SlowRedis(TimeSpan delay, TimeSpan time) => During(FaultKind.RedisSlow, $"by {delay.TotalMilliseconds} ms each way", async () =>
    {
        var names = cluster.Silos.Concat(cluster.Gateways).Select(static member => member.Name).ToList();
        names.ForEach(name => cluster.Switchboard.Slow(name, DurableRedis.Name, delay));
        await Task.Delay(time);
        names.ForEach(name => cluster.Switchboard.Slow(name, DurableRedis.Name, TimeSpan.Zero));
    });

    /// <summary>Keeps what Redis has now as the old snapshot.</summary>
    public Task TakeSnapshot()
    {
        cluster.Redis.TakeSnapshot();
        return Task.CompletedTask;
    }

    /// <summary>Redis is lost and comes back with what it had when the snapshot was taken.</summary>
    public Task RestoreRedis() => During(FaultKind.RedisRestored, DurableRedis.Name, async () =>
    {
        await cluster.Redis.Kill();
        await cluster.Redis.RunFromSnapshot();
    });

    /// <summary>The clock of one process is set to another time, and set right after a while.</summary>
    public Task StepClock(TimeSpan offset, TimeSpan time)
    {
        var all = cluster.Silos.Concat(cluster.Gateways).ToList();
        var member = all[chance.Next(all.Count)];
        return During(FaultKind.ClockStep, $"{member.Name} by {offset.TotalMinutes} min", async () =>
        {
            cluster.StepClock(member, offset);
            await Task.Delay(time);
            cluster.StepClock(member, TimeSpan.Zero);
        });
    }

    /// <summary>Every process' clock goes forward for good, so that what is due later is due now.</summary>
    public Task StepAllClocks(TimeSpan offset) => During(FaultKind.ClockStep, $"{Fault.Everybody} by {offset.TotalMinutes} min", () =>
    {
        cluster.StepClocks(offset);
        return Task.CompletedTask;
    });

    /// <summary>Replaces every process, one after the other, as an orchestrator does: the next one when the last one is ready.</summary>
    public Task RollingRestart() => During(FaultKind.RollingRestart, Fault.Everybody, async () =>
    {
        foreach (var member in cluster.Silos.Concat(cluster.Gateways).ToList())
        {
            await Restart(member, gracefully: true);
        }
    });

    /// <summary>Replaces any one process by one of another build.</summary>
    /// <param name="build">Folder with its programs.</param>
    public Task ExchangeBuild(string build)
    {
        var all = cluster.Silos.Concat(cluster.Gateways).ToList();
        return ExchangeBuild(all[chance.Next(all.Count)], build);
    }

    /// <summary>Replaces one process by one of another build.</summary>
    /// <param name="member">Which.</param>
    /// <param name="build">Folder with its programs.</param>
    public Task ExchangeBuild(Member member, string build) =>
        During(FaultKind.OtherBuild, $"{member.Name}, {(build == TestCluster.ThisBuild ? "to this build" : "to the one before")}", () =>
        {
            member.Build = build;
            return Restart(member, gracefully: true);
        });

    /// <summary>Adds or takes away silos until there are so many.</summary>
    public Task Scale(int silos) => During(FaultKind.Scale, $"{cluster.Silos.Count} to {silos} silos", async () =>
    {
        while (cluster.Silos.Count < silos)
        {
            var silo = await cluster.AddSilo();
            await cluster.IsReady(silo);
        }

        while (cluster.Silos.Count > silos)
        {
            var silo = cluster.Silos[0];
            await TestCluster.End(silo, gracefully: true);
            cluster.Forget(silo);
        }
    });

    /// <summary>Does something and writes down when.</summary>
    public async Task During(FaultKind kind, string target, Func<Task> what)
    {
        var start = recorder.Now;
        await what();
        recorder.Add(new Fault(kind, target, start, recorder.Now));
    }

    private Task Replace(Member member, bool gracefully) =>
        During(gracefully ? FaultKind.Terminate : FaultKind.Kill, member.Name, () => Restart(member, gracefully));

    private async Task Restart(Member member, bool gracefully)
    {
        await TestCluster.End(member, gracefully);
        await cluster.Start(member);
        await cluster.IsReady(member);
    }

    private Task Pause(Member member, TimeSpan time) => During(FaultKind.Pause, member.Name, async () =>
    {
        await member.Process!.Signal("STOP");
        await Task.Delay(time);
        await member.Process.Signal("CONT");
    });

    private Task Cut(string one, IReadOnlyList<string> others, TimeSpan time) => During(FaultKind.Cut, $"{one} from {string.Join(", ", others)}", async () =>
    {
        foreach (var other in others)
        {
            cluster.Switchboard.Cut(one, other, isCut: true);
        }

        await Task.Delay(time);
        foreach (var other in others)
        {
            cluster.Switchboard.Cut(one, other, isCut: false);
        }
    });

    private Member AnySilo() => cluster.Silos[chance.Next(cluster.Silos.Count)];

    private Member AnyGateway() => cluster.Gateways[chance.Next(cluster.Gateways.Count)];
}
