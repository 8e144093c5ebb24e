using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Nemesis;

/// <summary>What the long trial does to its cluster: faults by chance, the same for the same seed, and among them for certain what chance reaches too seldom.</summary>
internal static class LongPlan
{
    /// <summary>Every third fault is one of the certain ones, until all of them were.</summary>
    private const int CertainEvery = 3;

    /// <summary>Faults for as long as the trial lasts, and how it ends.</summary>
    /// <param name="chance">Chance, of the seed.</param>
    /// <param name="old">Folder with the programs of the build before; null without one.</param>
    /// <param name="isOver">Whether the time is over; what is certain then, and was not yet, is done all the same.</param>
    public static IEnumerable<PlannedFault> Faults(Random chance, string? old, Func<bool> isOver)
    {
        var certain = new Queue<PlannedFault>(Certain(chance));
        for (var count = 0; !isOver(); count++)
        {
            yield return old is not null && count % 4 == 3 ? Exchange(count % 8 == 3 ? old : TestCluster.ThisBuild)
                : count % CertainEvery == CertainEvery - 1 && certain.TryDequeue(out var due) ? due
                : Any(chance);
        }

        foreach (var due in certain)
        {
            yield return due;
        }

        // Last, because what comes back is old for everybody, and because Orleans takes no new silo when the clocks are more than an hour further.
        yield return new(nameof(Tormentor.TerminateSilo), static nemesis => nemesis.TerminateSilo());
        yield return new(nameof(Tormentor.TakeSnapshot), static nemesis => nemesis.TakeSnapshot());
        yield return new(nameof(Tormentor.RestoreRedis), static nemesis => nemesis.RestoreRedis());
        yield return new(nameof(Tormentor.StepAllClocks), static nemesis => nemesis.StepAllClocks(TimeSpan.FromMinutes(125)));
        yield return new(nameof(Task.Delay), static _ => Task.Delay(TimeSpan.FromSeconds(18)));
    }

    /// <summary>A process that stands still for about a minute: long given up, its mirrors long stale, and every time-out of its own and of those who asked it past.</summary>
    private static IEnumerable<PlannedFault> Certain(Random chance)
    {
        yield return For(nameof(Tormentor.PauseSilo), Between(chance, 55, 60), static (nemesis, time) => nemesis.PauseSilo(time));
        yield return For(nameof(Tormentor.PauseGateway), Between(chance, 55, 60), static (nemesis, time) => nemesis.PauseGateway(time));
    }

    private static PlannedFault Any(Random chance) => chance.Next(18) switch
    {
        0 => new(nameof(Tormentor.KillSilo), static nemesis => nemesis.KillSilo()),
        1 => new(nameof(Tormentor.TerminateSilo), static nemesis => nemesis.TerminateSilo()),
        2 => new(nameof(Tormentor.KillGateway), static nemesis => nemesis.KillGateway()),
        3 => new(nameof(Tormentor.TerminateGateway), static nemesis => nemesis.TerminateGateway()),
        4 => For(nameof(Tormentor.PauseSilo), Between(chance, 10, 60), static (nemesis, time) => nemesis.PauseSilo(time)),
        5 => For(nameof(Tormentor.PauseGateway), Between(chance, 10, 60), static (nemesis, time) => nemesis.PauseGateway(time)),
        6 => For(nameof(Tormentor.CutSilos), Between(chance, 5, 30), static (nemesis, time) => nemesis.CutSilos(time)),
        7 => For(nameof(Tormentor.IsolateSilo), Between(chance, 5, 30), static (nemesis, time) => nemesis.IsolateSilo(time)),
        8 => For(nameof(Tormentor.CutOffSilo), Between(chance, 5, 30), static (nemesis, time) => nemesis.CutOffSilo(time)),
        9 => For(nameof(Tormentor.CutOffGateway), Between(chance, 5, 30), static (nemesis, time) => nemesis.CutOffGateway(time)),
        10 => For(nameof(Tormentor.CutOffStore), Between(chance, 5, 20), static (nemesis, time) => nemesis.CutOffStore(time)),
        11 => For(nameof(Tormentor.KillRedis), Between(chance, 1, 30), static (nemesis, time) => nemesis.KillRedis(time)),
        12 => For(nameof(Tormentor.PauseRedis), Between(chance, 1, 30), static (nemesis, time) => nemesis.PauseRedis(time)),
        13 => Slow(TimeSpan.FromMilliseconds(chance.Next(5, 200)), Between(chance, 5, 20)),
        14 => Step(TimeSpan.FromMinutes(chance.Next(2) == 0 ? 5 : -5), Between(chance, 5, 20)),
        15 => new(nameof(Tormentor.RollingRestart), static nemesis => nemesis.RollingRestart()),
        16 => Scale(chance.Next(4, 7)),
        _ => Scale(chance.Next(2, 4)),
    };

    private static PlannedFault For(string name, TimeSpan time, Func<Tormentor, TimeSpan, Task> what) => new(name, nemesis => what(nemesis, time), time);

    private static PlannedFault Slow(TimeSpan delay, TimeSpan time) => new(nameof(Tormentor.SlowRedis), nemesis => nemesis.SlowRedis(delay, time), time);

    private static PlannedFault Step(TimeSpan offset, TimeSpan time) => new(nameof(Tormentor.StepClock), nemesis => nemesis.StepClock(offset, time), time);

    private static PlannedFault Scale(int silos) => new(nameof(Tormentor.Scale), nemesis => nemesis.Scale(silos));

    private static PlannedFault Exchange(string build) => new(nameof(Tormentor.ExchangeBuild), nemesis => nemesis.ExchangeBuild(build));

    private static TimeSpan Between(Random chance, int least, int most) => TimeSpan.FromSeconds(chance.Next(least, most + 1));
}
