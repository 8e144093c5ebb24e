using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Login.Throttle;

public sealed class LoginThrottleGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly ImmutableArray<byte> _nameKey = [1, 2, 3];

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_hundred_parallel_attempts_are_ten()
    {
        var throttle = User("parallel");

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => throttle.Take(default)));

        Assert.Equal(10, verdicts.Count(static verdict => verdict.Allowed));
        Assert.All(verdicts.Where(static verdict => !verdict.Allowed), static verdict => Assert.Equal(TimeSpan.FromSeconds(30), verdict.RetryAfter));
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task two_activations_together_admit_no_more_than_one()
    {
        await using var other = await Another();
        var key = ThrottleKeyRules.User("cheese/cheese", _nameKey, "two");
        ILoginThrottleGrain[] activations = [cluster.Grains.GetGrain<ILoginThrottleGrain>(key), other.Grains.GetGrain<ILoginThrottleGrain>(key)];

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => activations[i % 2].Take(default)));

        Assert.InRange(verdicts.Count(static verdict => verdict.Allowed), 1, 10);
        Assert.Equal(verdicts.Count(static verdict => verdict.Allowed), Count(key).Failures);
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task the_count_survives_its_activation_and_its_silo()
    {
        var throttle = User("survivor");
        for (var i = 0; i < 10; i++)
        {
            await throttle.Take(default);
        }

        await cluster.Cluster.DeactivateAsync(throttle);
        var here = await throttle.Take(default);
        await using var other = await Another();
        var elsewhere = await other.Grains.GetGrain<ILoginThrottleGrain>(throttle.GetPrimaryKeyString()).Take(default);

        Assert.Equal((false, false), (here.Allowed, elsewhere.Allowed));
    }

    [Fact]
    public async Task a_right_password_clears_the_count_and_its_record()
    {
        var throttle = User("clear");
        for (var i = 0; i < 5; i++)
        {
            await throttle.Take(default);
        }

        await throttle.GiveBack(clear: true);

        Assert.Null(cluster.Storage.RecordOf(throttle));
        Assert.True((await throttle.Take(default)).Allowed);
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_right_password_gives_a_network_back_one_attempt_only()
    {
        var throttle = Network("203.0.113.7");
        for (var i = 0; i < 50; i++)
        {
            await throttle.Take(default);
        }

        await throttle.GiveBack(clear: true);
        await throttle.Take(default);

        Assert.Equal(50, Count(throttle.GetPrimaryKeyString()).Failures);
    }

    [Fact]
    public async Task what_a_network_got_back_costs_no_write_and_its_record_still_goes()
    {
        var throttle = Network("192.0.2.9");
        await throttle.Take(default);
        var stored = cluster.Storage.RecordOf(throttle);

        await throttle.GiveBack(clear: false);

        Assert.Equal(stored, cluster.Storage.RecordOf(throttle));
        cluster.Clock.Advance(TimeSpan.FromSeconds(9));
        await ClusterFixture.Until(() => cluster.Storage.RecordOf(throttle) is null);
    }

    [Fact]
    public async Task a_network_has_a_hundred_attempts()
    {
        var throttle = Network("198.51.100.0");

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => throttle.Take(default)));

        Assert.Equal(100, verdicts.Count(static verdict => verdict.Allowed));
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task strangers_do_not_lock_out_a_known_browser()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => User("victim").Take(default)));

        var known = await cluster.Grains.GetGrain<ILoginThrottleGrain>(ThrottleKeyRules.Device("cheese/cheese", _nameKey, "victim", "device")).Take(default);

        Assert.True(known.Allowed);
    }

    [Fact]
    public async Task waiting_as_told_is_enough()
    {
        var throttle = User("waiting");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => throttle.Take(default)));
        var refused = await throttle.Take(default);

        cluster.Clock.Advance(refused.RetryAfter);

        Assert.True((await throttle.Take(default)).Allowed);
        Assert.Equal(TimeSpan.FromSeconds(60), (await throttle.Take(default)).RetryAfter);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task a_forgotten_count_leaves_storage_by_itself()
    {
        var throttle = User("forgotten");
        await throttle.Take(default);
        await throttle.Take(default);
        Assert.NotNull(cluster.Storage.RecordOf(throttle));

        await ClusterFixture.Until(() =>
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            return cluster.Storage.RecordOf(throttle) is null;
        });

        Assert.True((await throttle.Take(default)).Allowed);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task a_forgotten_count_that_storage_could_not_take_away_leaves_it_later_and_storage_alone_says_so()
    {
        var log = new CapturedLog();
        await using var noted = new ClusterFixture { Silos = 1, Services = services => services.AddSingleton<ILoggerProvider>(new LogProvider(log, "")) };
        await noted.InitializeAsync();
        var throttle = noted.Grains.GetGrain<ILoginThrottleGrain>(ThrottleKeyRules.User("cheese/cheese", _nameKey, "later"));
        await throttle.Take(default);
        var failures = 0;
        noted.Storage.Before = (call, grain) => call != StorageCall.Write && grain == throttle.GetGrainId() && Interlocked.Increment(ref failures) <= 2
            ? throw new IOException("The storage is away.")
            : Task.CompletedTask;

        await ClusterFixture.Until(() =>
        {
            noted.Clock.Advance(TimeSpan.FromMinutes(1));
            return noted.Storage.RecordOf(throttle) is null;
        });

        Assert.True(failures > 2, "it was tried again");
        var lines = log.Lines.Where(static line => line.Level >= LogLevel.Warning && line.Text.Contains("throttle", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count == 2 && lines.All(static line => line.Text.StartsWith("Error from storage provider", StringComparison.Ordinal)), string.Join('\n', lines));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task storage_that_cannot_write_admits_nobody()
    {
        var throttle = User("unwritable");
        cluster.Storage.Before = (call, grain) => call == StorageCall.Write && grain == throttle.GetGrainId()
            ? throw new IOException("The storage is away.")
            : Task.CompletedTask;

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => throttle.Take(default));
        }

        cluster.Storage.Before = null;
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => throttle.Take(default)));

        Assert.Equal(10, verdicts.Count(static verdict => verdict.Allowed));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task an_attempt_whose_write_got_no_answer_is_not_admitted_and_still_counts()
    {
        var throttle = User("lost-answer");
        cluster.Storage.After = (call, grain) => call == StorageCall.Write && grain == throttle.GetGrainId()
            ? throw new IOException("The connection broke.")
            : Task.CompletedTask;

        await Assert.ThrowsAnyAsync<Exception>(() => throttle.Take(default));
        cluster.Storage.After = null;
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => throttle.Take(default)));

        Assert.Equal(9, verdicts.Count(static verdict => verdict.Allowed));
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task neither_key_nor_record_tells_a_name()
    {
        var throttle = User("very-recognisable");
        await throttle.Take(default);

        Assert.DoesNotContain(cluster.Storage.Records, each =>
            each.Key.Contains("recognisable", StringComparison.OrdinalIgnoreCase) || each.Value.Contains("recognisable", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void a_count_is_stored_as_agreed()
    {
        var count = new ThrottleCount { Failures = 11, ForgivenUntil = The.Instant, LockedUntil = The.Instant.AddMinutes(1) };

        Golden.IsWritten("login-throttle.v1.json", count);

        Assert.Equal(count, Golden.Read<ThrottleCount>("login-throttle.v1.json"));
        Assert.Equal(ThrottleCount.None, Golden.Read<ThrottleCount>("empty.json"));
    }

    private ILoginThrottleGrain User(string name) => cluster.Grains.GetGrain<ILoginThrottleGrain>(ThrottleKeyRules.User("cheese/cheese", _nameKey, name));

    private ILoginThrottleGrain Network(string address) =>
        cluster.Grains.GetGrain<ILoginThrottleGrain>(ThrottleKeyRules.Network("cheese/cheese", _nameKey, IPAddress.Parse(address)));

    private ThrottleCount Count(string key) => System.Text.Json.JsonSerializer.Deserialize<ThrottleCount>(
        cluster.Storage.RecordOf(cluster.Grains.GetGrain<ILoginThrottleGrain>(key))!, StoredJson.Options)!;

    private async Task<ClusterFixture> Another()
    {
        var other = new ClusterFixture { Storage = cluster.Storage, Clock = cluster.Clock, Silos = 1 };
        await other.InitializeAsync();
        return other;
    }
}
