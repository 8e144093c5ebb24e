using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.TestingHost;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Hosting;
using Uitsmijter.Actors.Silo.Storage;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>A silo whose wall clock is set, by hand or by the machine's time service.</summary>
public sealed class SteppedClocksTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(-5)]
    [InlineData(-60 * 24)]
    [InlineData(5)]
    public async Task grains_begin_at_a_silo_whose_clock_is_set(int minutes)
    {
        var clock = new SettableClock();
        await using var cluster = await Start(clock);
        Assert.True(await Use("before"));

        clock.Offset = TimeSpan.FromMinutes(minutes);

        Assert.True(await Use("after"));
        Assert.False(await Use("before"));

        Task<bool> Use(string proof) => cluster.Client.GetGrain<IProofGrain>(proof).TryUse(DateTimeOffset.MaxValue, default);
    }

    [Fact]
    public async Task a_silo_whose_clock_is_set_back_goes_on_giving_signs_of_life()
    {
        var clock = new SettableClock();
        await using var cluster = await Start(clock);
        var table = cluster.Silos[0].ServiceProvider.GetRequiredService<IMembershipTable>();
        clock.Offset = TimeSpan.FromMinutes(5);
        await Until(3);
        clock.Offset = TimeSpan.Zero;

        // Whoever waits until it is as late as it was gives none for five minutes.
        await Until(3);

        async Task Until(int signs)
        {
            var began = TimeProvider.System.GetTimestamp();
            for (var (latest, seen) = (await Written(), 0); seen < signs; await Task.Delay(5))
            {
                var written = await Written();
                (latest, seen) = (written, written == latest ? seen : seen + 1);
                Assert.True(TimeProvider.System.GetElapsedTime(began) < _patience, $"{seen} signs of life");
            }
        }

        async Task<DateTime> Written() => (await table.ReadAllAsync(default)).Members[0].Item1.IAmAliveTime;
    }

    [Fact]
    public void a_steady_clock_counts_what_passes_and_not_what_is_set()
    {
        var world = new SettableClock();
        var clock = new SteadyClock(world);
        var before = clock.GetUtcNow();

        Assert.All([-1, 1], days =>
        {
            world.Offset = TimeSpan.FromDays(days);
            Assert.InRange(clock.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        });
    }

    private static async Task<InProcessTestCluster> Start(TimeProvider clock)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            var settings = new ServerSettings();
            silo.AddStorage(settings);
            silo.Services.AddSingleton(settings);
            silo.Services.Replace(ServiceDescriptor.Singleton(clock));
            silo.Configure<ClusterMembershipOptions>(static options =>
                (options.IAmAliveTablePublishTimeout, options.TableRefreshTimeout) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)));
            SteppedClocks.Bear(silo.Services);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>The wall clock of one machine.</summary>
    private sealed class SettableClock : TimeProvider
    {
        private long _offset;

        public TimeSpan Offset
        {
            get => TimeSpan.FromTicks(Volatile.Read(ref _offset));
            set => Volatile.Write(ref _offset, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
    }
}
