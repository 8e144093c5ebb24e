using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>What changes in one place is known in every other one soon, whoever dies meanwhile (design §3, §5).</summary>
public sealed class Propagation(CalmCluster calm) : IClassFixture<CalmCluster>
{
    private const int Rounds = 100;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static int _version = 1;

    [Fact]
    [Trait("Invariant", "7")]
    public async Task a_change_of_the_configuration_is_on_every_gateway_within_a_second()
    {
        await Judge("configuration", _ => Change());
    }

    [Fact]
    [Trait("Invariant", "3")]
    public async Task a_logout_is_on_every_gateway_within_a_second()
    {
        await Judge("logout", LogOut);
    }

    [Fact]
    [Trait("Invariant", "3")]
    public async Task signing_out_everywhere_is_on_every_gateway_within_a_second()
    {
        await Judge("sign-out everywhere", SignOutEverywhere);
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_silo_that_dies_in_the_middle_gives_nobody_more_guesses()
    {
        const int FreeOfAName = 10;
        const int Attackers = 6;
        var victim = calm.Somebody(2000);
        var answers = new ConcurrentQueue<HttpStatusCode>();
        var attacks = Enumerable.Range(0, Attackers).Select(async attacker =>
        {
            for (var guess = 0; guess < FreeOfAName; guess++)
            {
                answers.Enqueue((await victim.Guess((attacker + guess) % calm.Wire.Count)).Status);
            }
        }).ToList();
        await Until(() => Task.FromResult(answers.Count >= 3));
        var silo = calm.Cluster.Silos[^1];
        await TestCluster.End(silo, gracefully: false);
        await Task.WhenAll(attacks);
        await calm.Cluster.StartSilo(silo);
        await calm.Cluster.IsReady(silo);

        // An attempt that was counted and met the dying silo is lost to whoever guesses: fewer may be answered, never more.
        var judged = answers.Count(static answer => answer == HttpStatusCode.Forbidden);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", answers.CountBy(static answer => (int)answer).Select(static pair => $"{pair.Value} of {pair.Key}")));
        Assert.InRange(judged, 1, FreeOfAName);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await victim.Guess(0)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await victim.Guess(1)).Status);
    }

    [Fact]
    [Trait("Invariant", "7")]
    public async Task configuration_is_read_on_within_ten_seconds_when_any_one_silo_dies()
    {
        // Whichever of them reads, and whichever holds the catalog: each is killed once.
        foreach (var silo in calm.Cluster.Silos.ToList())
        {
            await TestCluster.End(silo, gracefully: false);
            var time = await Change();
            TestContext.Current.TestOutputHelper?.WriteLine($"{silo.Name} killed: the next change was everywhere after {time.TotalSeconds:F1} s");
            Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            await calm.Cluster.StartSilo(silo);
            await calm.Cluster.IsReady(silo);
        }
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_gateway_that_is_cut_off_decides_up_to_the_stale_limit_and_shows_its_age_and_then_answers_503()
    {
        var (cluster, person) = (calm.Cluster, calm.Somebody(1000));
        await Until(person.LogIn);
        await Until(() => Everywhere(gateway => Is(person, gateway, HttpStatusCode.OK)));
        foreach (var silo in cluster.Silos)
        {
            cluster.Switchboard.Cut(cluster.Gateways[0].Name, silo.Name, isCut: true);
        }

        var watch = Stopwatch.GetTimestamp();
        await Until(async () => await Age(cluster.Gateways[0]) > 3);
        var early = await Is(person, 0, HttpStatusCode.OK);
        await Until(() => Is(person, 0, HttpStatusCode.ServiceUnavailable));
        var (refusedAfter, age) = (Stopwatch.GetElapsedTime(watch), await Age(cluster.Gateways[0]));
        var other = await Is(person, 1, HttpStatusCode.OK);
        foreach (var silo in cluster.Silos)
        {
            cluster.Switchboard.Cut(cluster.Gateways[0].Name, silo.Name, isCut: false);
        }

        await Until(() => Is(person, 0, HttpStatusCode.OK));
        TestContext.Current.TestOutputHelper?.WriteLine($"503 after {refusedAfter.TotalSeconds:F1} s, the age then was {age:F1} s");
        Assert.True(early, "it knew enough to decide");
        Assert.True(other, "the other gateway was not cut off");
        Assert.InRange(refusedAfter, TestCluster.StaleLimit - TimeSpan.FromSeconds(3), TestCluster.StaleLimit + TimeSpan.FromSeconds(3));
        Assert.InRange(age, TestCluster.StaleLimit.TotalSeconds, TestCluster.StaleLimit.TotalSeconds + 5);
    }

    // A busy machine may be slow in one series, not in each of three.
    private static async Task Judge(string what, Func<int, Task<TimeSpan>> once)
    {
        var best = TimeSpan.MaxValue;
        for (var series = 0; series < 3 && best > _second; series++)
        {
            var times = new List<TimeSpan>();
            for (var round = 0; round < Rounds; round++)
            {
                times.Add(await once((series * Rounds) + round));
            }

            times.Sort();
            var (median, most) = (times[times.Count / 2], times[(times.Count * 99 / 100) - 1]);
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: median {median.TotalMilliseconds:F0} ms, 99 % within {most.TotalMilliseconds:F0} ms, at most {times[^1].TotalMilliseconds:F0} ms");
            best = most < best ? most : best;
        }

        Assert.InRange(best, TimeSpan.Zero, _second);
    }

    private async Task<TimeSpan> LogOut(int number)
    {
        var person = calm.Somebody(number);
        await Until(person.LogIn);
        await Until(async () => await Everywhere(gateway => Is(person, gateway, HttpStatusCode.OK)));
        var reply = await calm.Wire.Send(number % calm.Wire.Count, "/logout/finalize?location=/", person.LoginHost, null, ("Accept", "text/html"), ("Cookie", person.Cookie));
        var watch = Stopwatch.GetTimestamp();
        Assert.InRange((int)reply.Status, 200, 399);
        await Until(async () => await Everywhere(async gateway => !await Is(person, gateway, HttpStatusCode.OK)));
        return Stopwatch.GetElapsedTime(watch);
    }

    private async Task<TimeSpan> SignOutEverywhere(int number)
    {
        Person[] devices = [calm.Somebody(3000 + number), calm.Somebody(3000 + number)];
        foreach (var device in devices)
        {
            await Until(device.LogIn);
            await Until(async () => await Everywhere(gateway => Is(device, gateway, HttpStatusCode.OK)));
        }

        var subject = Uri.EscapeDataString("subject-of-" + devices[0].Owner.Person);
        using var client = new HttpClient { DefaultRequestHeaders = { { "Authorization", "Bearer " + TestCluster.ManagementToken } } };
        using var answer = await client.DeleteAsync(new Uri(calm.Cluster.Gateways[number % calm.Wire.Count].Management, $"/sessions?tenant={devices[0].Tenant}&subject={subject}"));
        var watch = Stopwatch.GetTimestamp();
        Assert.Equal("{\"sessions\":2,\"grants\":0}", await answer.Content.ReadAsStringAsync());
        await Until(async () => await Everywhere(async gateway => !await Is(devices[0], gateway, HttpStatusCode.OK) && !await Is(devices[1], gateway, HttpStatusCode.OK)));
        return Stopwatch.GetElapsedTime(watch);
    }

    private async Task<TimeSpan> Change()
    {
        var version = Interlocked.Increment(ref _version);
        calm.Cluster.Entities.WriteVersion(version);
        var watch = Stopwatch.GetTimestamp();
        await Until(() => Everywhere(async gateway =>
            (await calm.Wire.Send(gateway, "/.well-known/openid-configuration", $"id.{Entities.Changing}.test")).Text("issuer")?.EndsWith(string.Create(CultureInfo.InvariantCulture, $"/{version}"), StringComparison.Ordinal) == true));
        return Stopwatch.GetElapsedTime(watch);
    }

    private async Task<bool> Is(Person person, int gateway, HttpStatusCode status) => (await person.Look(gateway)).Status == status;

    private async Task<double> Age(Member gateway)
    {
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri(gateway.Management, "/metrics"));
        return metrics.Split('\n').Where(static line => line.StartsWith("uitsmijter_mirror_age_seconds", StringComparison.Ordinal))
            .Select(static line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture)).Max();
    }

    private async Task<bool> Everywhere(Func<int, Task<bool>> condition) =>
        (await Task.WhenAll(Enumerable.Range(0, calm.Wire.Count).Select(condition))).All(static isSo => isSo);

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
