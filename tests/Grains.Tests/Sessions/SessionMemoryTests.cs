using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Sessions;

/// <summary>Tests that measure the process run when nothing else does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What sessions cost while they are in memory, and that they leave it.</summary>
[Collection(nameof(Alone))]
public sealed class SessionMemoryTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const int Sessions = 5_000;

    [Fact]
    public async Task an_active_session_costs_at_most_four_kilobytes_and_an_inactive_one_nothing()
    {
        // What earlier tests left behind may go between the two looks: the middle one of three is what sessions cost.
        long[] measured = [await Measure(0), await Measure(Sessions), await Measure(2 * Sessions)];
        var perSession = measured.Order().ElementAt(1);

        output.WriteLine($"{perSession} bytes per active session");
        Assert.InRange(perSession, 1, 4 * 1024);
    }

    private async Task<long> Measure(int first)
    {
        await Parallel.ForAsync(first, first + Sessions, async (number, _) => await cluster.Open(Session(number), SomeSession.Of($"user-{number}")));
        var management = cluster.Grains.GetGrain<IManagementGrain>(0);
        var active = Held();
        var before = await management.GetTotalActivationCount();

        await management.ForceActivationCollection(TimeSpan.Zero);
        for (var patience = 0; await management.GetTotalActivationCount() > before - Sessions; patience++)
        {
            Assert.True(patience < 1_000, "The sessions stayed in memory.");
            await Task.Delay(20);
        }

        return (active - Held()) / Sessions;
    }

    private static long Held()
    {
        for (var pass = 0; pass < 3; pass++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private ISessionGrain Session(int number) => cluster.Grains.GetGrain<ISessionGrain>($"memory-{number:d22}");
}
