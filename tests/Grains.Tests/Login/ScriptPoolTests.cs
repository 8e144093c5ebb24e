using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Xunit;
using static Uitsmijter.Actors.Grains.Tests.Login.ScriptBench;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>Tenants share a silo's threads and do not notice each other.</summary>
[Trait("Attack", "40")]
[Collection(nameof(ScriptAttackTests))]
public sealed class ScriptPoolTests(ITestOutputHelper output)
{
    private const string Loop = "while (true);";
    // Steps the interpreter cannot interrupt: the regular expression runs into its own limit again and again.
    private const string Stuck = "for (let i = 0; i < 100; i++) try { /^(a+)+$/.test('a'.repeat(40) + 'b'); } catch {}";

    [Theory]
    [InlineData(Loop)]
    [InlineData(Stuck)]
    public async Task fifty_greedy_runs_of_one_tenant_do_not_slow_another(string body)
    {
        using var bench = new ScriptBench();
        var quiet = bench.Tenant("quiet", null, Class("commit(true);"));
        var greedy = bench.Tenant("greedy", null, Class(body));
        await Measure(bench, quiet, 2_000);
        var alone = await Measure(bench, quiet, 200);
        using var measured = new CancellationTokenSource();
        var greed = Enumerable.Range(0, 50).Select(_ => Task.Run(() => Repeat(bench, greedy, measured.Token))).ToArray();

        var beside = await Measure(bench, quiet, 200);
        await measured.CancelAsync();
        var ends = await Task.WhenAll(greed);
        var after = await Measure(bench, quiet, 200);

        // On a machine that is busy otherwise their time may be over before their statements are.
        Assert.All(ends, static ends => Assert.DoesNotContain(ends, static end => end is not (ScriptFailure.LimitExceeded or ScriptFailure.TimedOut)));
        Assert.All(ends, static ends => Assert.NotEmpty(ends));
        output.WriteLine($"p95 alone {alone.TotalMilliseconds:F2} ms, beside fifty of {body[..12]} {beside.TotalMilliseconds:F2} ms");
        // One slice of 2 ms, or 20 ms until a stuck step loses its turn; behind the fifty it would be many seconds. The rest is for machines
        // that are busy otherwise, which the measures before and after tell.
        Assert.True(beside < TimeSpan.FromMilliseconds(500) + (10 * (alone > after ? alone : after)), $"{beside} beside, {alone} alone before, {after} after");
    }

    [Fact]
    public async Task a_tenant_s_places_are_bounded_and_a_refusal_comes_at_once()
    {
        var clock = new FakeTimeProvider();
        using var bench = new ScriptBench(pool: PoolLimits.For(2) with { RunsPerTenant = 5 }, time: clock);
        var release = new TaskCompletionSource<TinyAnswer>();
        using var server = new TinyServer(_ => release.Task);
        var waiting = bench.Tenant("acme", null, Class($"fetch('{server.Url}').then(() => commit(true))"));
        var runs = Enumerable.Range(0, 5).Select(_ => bench.LogIn(waiting)).ToArray();

        var sixth = await bench.LogIn(waiting);
        var other = await bench.LogIn(bench.Tenant("other", null, Class("commit(true);")));
        release.SetResult(TinyAnswer.Text("ok"));

        Assert.Equal(ScriptFailure.Busy, Failure(sixth));
        Assert.IsType<ScriptResult.Answered>(other);
        Assert.All(await Task.WhenAll(runs), result => Assert.IsType<ScriptResult.Answered>(result));
        Assert.IsType<ScriptResult.Answered>(await bench.LogIn(waiting));
    }

    [Fact]
    public async Task all_places_of_a_silo_are_bounded()
    {
        using var bench = new ScriptBench(pool: PoolLimits.For(2) with { Runs = 3 });
        var release = new TaskCompletionSource<TinyAnswer>();
        using var server = new TinyServer(_ => release.Task);
        string Waiting() => Class($"fetch('{server.Url}').then(() => commit(true))");
        var runs = Enumerable.Range(0, 3).Select(i => bench.LogIn(bench.Tenant($"t{i}", null, Waiting()))).ToArray();

        var fourth = await bench.LogIn(bench.Tenant("t4", null, Waiting()));
        release.SetResult(TinyAnswer.Text("ok"));

        Assert.Equal(ScriptFailure.Busy, Failure(fourth));
        Assert.All(await Task.WhenAll(runs), result => Assert.IsType<ScriptResult.Answered>(result));
    }

    [Fact]
    public async Task the_memory_of_a_tenant_s_runs_together_is_bounded()
    {
        using var bench = new ScriptBench(pool: PoolLimits.For(2) with { MemoryPerTenant = 12 * 1024 * 1024 });
        var release = new TaskCompletionSource<TinyAnswer>();
        using var server = new TinyServer(_ => release.Task);
        var hoarding = bench.Tenant("acme", null, Class(
            $"const a = []; for (let i = 0; i < 30000; i++) a.push({{ i }}); fetch('{server.Url}').then(() => commit(a.length))"));
        var first = Enumerable.Range(0, 12).Select(_ => bench.LogIn(hoarding)).ToArray();

        var refused = await Task.WhenAny(first);
        release.SetResult(TinyAnswer.Text("ok"));
        await Task.WhenAll(first);

        Assert.Equal(ScriptFailure.LimitExceeded, Failure(await refused));
        Assert.Contains(first, run => run.Result is ScriptResult.Answered);
        Assert.IsType<ScriptResult.Answered>(await bench.LogIn(hoarding));
    }

    [Fact]
    public async Task an_endless_loop_ends_at_the_deadline_even_below_every_other_limit()
    {
        var clock = new FakeTimeProvider();
        using var bench = new ScriptBench(ScriptLimits.For(TimeSpan.FromSeconds(30)) with { Statements = 2_000_000_000 }, time: clock);
        var run = bench.Constructor(Loop);

        clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(ScriptFailure.TimedOut, Failure(await run));
        Assert.IsType<ScriptResult.Answered>(await bench.LogIn(Class("commit(1);")));
    }

    [Fact]
    public async Task a_cancelled_loop_gives_its_thread_back()
    {
        using var cancellation = new CancellationTokenSource();
        using var bench = new ScriptBench(
            ScriptLimits.For(TimeSpan.FromMinutes(5)) with { Statements = 2_000_000_000 },
            PoolLimits.For(2) with { RunsPerTenant = 1 });
        var run = bench.LogIn(bench.Tenant("acme", null, Class(Loop)), cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        Assert.Equal(ScriptFailure.TimedOut, Failure(await run));
        var after = bench.Tenant("acme", null, Class("commit(1);"));
        var patience = Stopwatch.StartNew();
        while (await bench.LogIn(after) is ScriptResult.Failed { Failure: ScriptFailure.Busy })
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(120), "The loop still holds the tenant's only place.");
        }
    }

    [Fact]
    public async Task runs_that_are_stopped_at_any_moment_give_their_places_back()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("ok"));
        using var bench = new ScriptBench();
        var scripts = bench.Tenant("acme", null, Class(
            $"(async () => {{ for (let i = 0; i < 5; i++) await fetch('{server.Url}'); commit(); }})()"));
        for (var round = 0; round < 60; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var runs = Enumerable.Range(0, 20).Select(_ => bench.LogIn(scripts, cancellationToken: cancellation.Token)).ToArray();
            await Task.WhenAny(runs[round % 20], Task.Run(() => Thread.SpinWait(round * 2_000)));
            await cancellation.CancelAsync();
            await Task.WhenAll(runs);
        }

        await ClusterFixture.Until(() => bench.Pool.UnfinishedRuns == 0);
    }

    [Fact]
    public async Task a_thousand_runs_of_many_tenants_all_end_and_leave_nothing_behind()
    {
        using var bench = new ScriptBench();
        string[] bodies = ["commit(1);", "(async () => { await null; commit(1); })()", "throw 1", "", "let s = ''; for (let i = 0; i < 20000; i++) s += i; commit(1);", "fetch('').catch(() => commit(1))"];
        var runs = Enumerable.Range(0, 1_000).Select(i => bench.LogIn(bench.Tenant($"t{i % 25}", null, Class(bodies[i % bodies.Length])))).ToArray();

        var results = await Task.WhenAll(runs);

        Assert.DoesNotContain(results, result => result is ScriptResult.Failed { Failure: not (ScriptFailure.Threw or ScriptFailure.NeverCommitted) });
        Assert.Equal(1_000 * 4 / 6, results.Count(result => result is ScriptResult.Answered), 5.0);
        await ClusterFixture.Until(() => bench.Pool.UnfinishedRuns == 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_000_000)]
    public void a_limit_that_limits_nothing_is_refused(int value)
    {
        var limits = ScriptLimits.For(TimeSpan.FromSeconds(30));

        Assert.Throws<ArgumentException>(() => new ScriptEngines(limits with { Statements = value > 0 ? int.MaxValue : value }));
        Assert.Throws<ArgumentException>(() => new ScriptEngines(limits with { Memory = value > 0 ? long.MaxValue : value }));
        Assert.Throws<ArgumentException>(() => new ScriptEngines(limits with { Regex = TimeSpan.FromDays(value) }));
    }

    [Fact]
    public void a_very_long_script_timeout_counts_as_the_longest()
    {
        Assert.Equal(ScriptLimits.LongestTime, ScriptLimits.For(TimeSpan.FromDays(9)).Time);
        Assert.Throws<ArgumentOutOfRangeException>(() => ScriptLimits.For(TimeSpan.Zero));
    }

    /// <summary>Runs a script again and again; how its runs ended.</summary>
    private static async Task<IEnumerable<ScriptFailure>> Repeat(ScriptBench bench, TenantScripts scripts, CancellationToken enough)
    {
        var ends = new HashSet<ScriptFailure>();
        do
        {
            ends.Add(Failure(await bench.LogIn(scripts, cancellationToken: CancellationToken.None)));
        }
        while (!enough.IsCancellationRequested);

        return ends;
    }

    /// <summary>The 95th of a hundred waiting times.</summary>
    private static async Task<TimeSpan> Measure(ScriptBench bench, TenantScripts scripts, int count)
    {
        var times = new List<TimeSpan>(count);
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.IsType<ScriptResult.Answered>(await bench.LogIn(scripts));
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        times.Sort();
        return times[count * 95 / 100];
    }
}
