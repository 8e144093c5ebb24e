using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>What operators get wrong, and what a store may refuse: said once, nothing is allowed for it, and what can recover recovers by itself.</summary>
public sealed class WrongSurroundings(SmallCluster small) : IClassFixture<SmallCluster>
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>As Orleans writes them into its table (<c>SiloStatus</c>).</summary>
    private const int Active = 3, Dead = 6;

    /// <summary>Orleans' table of the cluster with the ids nobody has set.</summary>
    private const string Table = "uitsmijter/members/uitsmijter";

    /// <summary>What docs/operations.md states, and a second each for the loop and for the test.</summary>
    private static readonly TimeSpan _notReadyAfter = TimeSpan.FromSeconds(12 + 2);

    [Fact]
    public async Task a_gateway_whose_silo_stands_still_is_alive_and_not_ready_and_comes_back_by_itself()
    {
        var (silo, gateway) = (small.Cluster.Silos[0], small.Cluster.Gateways[0]);
        await silo.Process!.Signal("STOP");
        var stopped = Stopwatch.GetTimestamp();

        await small.Cluster.Answers(gateway, HttpStatusCode.ServiceUnavailable);
        var (after, health, missing) = (Stopwatch.GetElapsedTime(stopped), await Ask(gateway, "/health"), await Ask(gateway, "/health/ready"));
        await silo.Process.Signal("CONT");
        await small.Cluster.IsReady(gateway);

        TestContext.Current.TestOutputHelper?.WriteLine($"not ready after {after.TotalSeconds:F1} s, ready {(Stopwatch.GetElapsedTime(stopped) - after).TotalSeconds:F1} s later");
        Assert.Equal(HttpStatusCode.NoContent, health.Status);
        Assert.Contains("\"grains\":\"no grain has answered for", missing.Body, StringComparison.Ordinal);
        Assert.InRange(after, TimeSpan.Zero, _notReadyAfter);
    }

    [Fact]
    public async Task a_gateway_with_another_cluster_id_says_which_one_and_is_never_ready()
    {
        var cluster = small.Cluster;
        var gateway = cluster.Gateways[0];
        await TestCluster.End(gateway, gracefully: true);
        gateway.Settings["ORLEANS_CLUSTER_ID"] = "typo";
        await cluster.StartGateway(gateway);

        await Until(() => gateway.Output.Contains("no silo of cluster typo of service uitsmijter", StringComparison.Ordinal));
        await cluster.Answers(gateway, HttpStatusCode.ServiceUnavailable);

        using var wire = new Wire(cluster.Addresses);
        var asked = await wire.Send(0, "/auth/traefik", $"app.{Entities.Tenants[0]}.test", null, ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/"), ("Accept", "text/html"));
        var said = gateway.Output.Split("no silo of cluster typo").Length - 1;
        await TestCluster.End(gateway, gracefully: true);
        gateway.Settings.Clear();
        await cluster.StartGateway(gateway);
        await cluster.IsReady(gateway);
        Assert.NotEqual(HttpStatusCode.OK, asked.Status);
        Assert.InRange(said, 1, 10);
    }

    [Fact]
    public async Task a_silo_whose_clock_differs_is_named_by_the_gateway_and_named_again_when_it_agrees()
    {
        var (cluster, gateway) = (small.Cluster, small.Cluster.Gateways[0]);
        var said = gateway.Output.Length;

        cluster.StepClock(cluster.Silos[0], TimeSpan.FromMinutes(-3));
        await Until(() => gateway.Output[said..].Contains("180 s behind the one here", StringComparison.Ordinal));
        var figure = (await Ask(gateway, "/metrics")).Body;
        cluster.StepClock(cluster.Silos[0], TimeSpan.Zero);
        await Until(() => gateway.Output[said..].Contains("agrees with the one here again", StringComparison.Ordinal));

        Assert.Equal(2, gateway.Output[said..].Split("The clock of the silo at").Length - 1);
        Assert.Matches(@"\nuitsmijter_silo_clock_difference_seconds (179\.|180)", figure);
        await cluster.IsReady(gateway);

        // The silo was asked itself. A question that belongs to no silo is refused, after a look for one at this address, and its refusal would be taken for a pulse.
        Assert.DoesNotContain("0.0.0.0:0", cluster.Silos[0].Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "(OOM)")]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "(READONLY)")]
    public async Task a_redis_that_refuses_writes_lets_nobody_in_and_what_was_open_goes_on(string refuse, string take, string word)
    {
        var cluster = small.Cluster;
        var said = cluster.Silos[0].Output.Length;
        using var wire = new Wire(cluster.Addresses);
        using var traffic = new Traffic(wire, new Recorder(), TimeSpan.Zero);
        var (before, meanwhile) = (Somebody(traffic, refuse.Length), Somebody(traffic, 100 + refuse.Length));
        await Until(before.LogIn);
        await Until(async () => (await before.Look(0)).Status == HttpStatusCode.OK);

        await cluster.Redis.Command(refuse);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.False(await meanwhile.LogIn());
            Assert.NotEqual(HttpStatusCode.OK, (await meanwhile.Look(0)).Status);
            Assert.Equal(HttpStatusCode.OK, (await before.Look(0)).Status);
        }

        await cluster.Redis.Command(take);
        await Until(meanwhile.LogIn);
        await Until(async () => await meanwhile.LogIn() && cluster.Silos[0].Output[said..].Contains("Redis takes writes again; ", StringComparison.Ordinal));
        var told = cluster.Silos[0].Output[said..];
        Assert.InRange(told.Split("Redis refuses writes: ").Length - 1, 1, 2);
        Assert.Contains(word, told, StringComparison.Ordinal);
        await cluster.IsReady(cluster.Gateways[0]);
        await cluster.IsReady(cluster.Silos[0]);
        Assert.False(cluster.Silos[0].Process!.HasEnded || cluster.Gateways[0].Process!.HasEnded, "nothing was restarted");
    }

    [Fact]
    public async Task two_services_on_one_redis_know_nothing_of_each_other()
    {
        await using var cluster = await TestCluster.Start(silos: 2, gateways: 2);
        var (silo, gateway) = (cluster.Silos[1], cluster.Gateways[1]);
        foreach (var member in (Member[])[gateway, silo])
        {
            await TestCluster.End(member, gracefully: true);
            member.Settings["ORLEANS_SERVICE_ID"] = "another";
            await cluster.Start(member);
        }

        await cluster.IsReady(silo);
        await cluster.IsReady(gateway);
        using var wire = new Wire(cluster.Addresses);
        using var traffic = new Traffic(wire, new Recorder(), TimeSpan.Zero);
        var person = Somebody(traffic, 0);
        await Until(async () => await person.LogIn());
        var lists = await Task.WhenAll(cluster.Gateways.Select(member => Sessions(member, person)));

        Assert.Equal(1, lists.Count(static list => list.Contains("\"sid\"", StringComparison.Ordinal)));
        Assert.Equal(1, lists.Count(static list => list.Contains("\"sessions\":[]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task two_clusters_with_the_same_ids_and_other_files_are_told_of_where_somebody_wants_something_else_and_both_serve_what_was_published()
    {
        await using var cluster = await TestCluster.Start(silos: 2, gateways: 1);
        using var others = Entities.Write();
        others.Forget(Entities.Tenants[1]);
        var (ours, theirs) = (cluster.Silos[0], cluster.Silos[1]);
        await Exchange(() => theirs.Settings["DIRECTORY"] = others.Directory);

        await Until(async () => (await Ask(ours, "/metrics")).Body.Contains("\nuitsmijter_catalog_differences 3", StringComparison.Ordinal));
        cluster.StepClock(ours, TimeSpan.FromMinutes(3));
        await Until(() => ours.Output.Contains("somebody else publishes other files for the service uitsmijter", StringComparison.Ordinal));
        foreach (var member in cluster.Silos.Concat(cluster.Gateways))
        {
            await cluster.IsReady(member);
        }

        using var wire = new Wire(cluster.Addresses);
        async Task<bool> Knows(string tenant) => (await wire.Send(0, "/.well-known/openid-configuration", $"id.{tenant}.test")).Text("issuer") is not null;
        Assert.Equal((true, false), (await Knows(Entities.Tenants[0]), await Knows(Entities.Tenants[1])));

        cluster.StepClock(ours, TimeSpan.Zero);
        await Exchange(() => theirs.Settings.Clear());
        await Until(() => Knows(Entities.Tenants[1]));
        await Until(() => ours.Output.Contains("say again", StringComparison.Ordinal));

        async Task Exchange(Action setting)
        {
            await TestCluster.End(theirs, gracefully: true);
            setting();
            await cluster.Start(theirs);
            await cluster.IsReady(theirs);
        }
    }

    [Fact]
    public async Task a_silo_of_another_installation_with_the_same_ids_joins_nothing_and_publishes_nothing()
    {
        var cluster = small.Cluster;
        using var others = Entities.Write();
        others.Forget(Entities.Tenants[1]);
        var stranger = await cluster.AddSilo(
            [new("KEY_ENCRYPTION_SECRET", "the secret of another installation, long enough"), new("DIRECTORY", others.Directory)], isKeptOut: true);

        await Until(() => stranger.Output.Contains("has the service uitsmijter of another installation", StringComparison.Ordinal));
        await cluster.Answers(stranger, HttpStatusCode.ServiceUnavailable);
        var health = await Ask(stranger, "/health");
        await cluster.IsReady(cluster.Gateways[0]);
        using var wire = new Wire(cluster.Addresses);
        var asked = await wire.Send(0, "/.well-known/openid-configuration", $"id.{Entities.Tenants[1]}.test");

        await TestCluster.End(stranger, gracefully: true);
        cluster.Forget(stranger);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.OK), (health.Status, asked.Status));
    }

    [Fact]
    public async Task a_cluster_that_died_as_a_whole_comes_back_although_its_table_is_full_of_the_dead()
    {
        var cluster = small.Cluster;
        foreach (var member in cluster.Silos.Concat(cluster.Gateways).ToList())
        {
            await TestCluster.End(member, gracefully: false);
        }

        await FillWithTheDead(cluster, 24);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(cluster.Silos.Concat(cluster.Gateways).Select(cluster.Start));
        await cluster.IsReady(cluster.Gateways[0]);
        TestContext.Current.TestOutputHelper?.WriteLine($"ready {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s after the start of all");
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(85));
    }

    /// <summary>Rows of silos of last week beside the one that died just now, half of them as they left the table when they were killed: active.</summary>
    private static async Task FillWithTheDead(TestCluster cluster, int count)
    {
        Task<string> Ask(params string[] command) => RedisServer.Command(["-p", $"{cluster.Redis.Port}", .. command]);

        var row = (await Ask("HVALS", Table)).Split('\n').First(static value => value.StartsWith('{'));
        for (var number = 1; number <= count; number++)
        {
            var dead = JsonNode.Parse(row)!;
            var (port, generation) = (40_000 + number, 100_000_000 + number);
            dead["SiloAddress"]!["SiloAddress"] = $"127.0.0.1:{port}@{generation}";
            dead["Status"] = number % 2 == 0 ? Active : Dead;
            foreach (var time in (string[])["StartTime", "IAmAliveTime"])
            {
                dead[time] = dead[time]!.GetValue<DateTime>().AddDays(-6);
            }

            Assert.Equal("1", (await Ask("HSET", Table, $"S127.0.0.1:{port}:{generation}", dead.ToJsonString())).Trim());
        }
    }

    private static Person Somebody(Traffic traffic, int number) => new(traffic, new Random(number), Entities.Tenants[0], number);

    private static async Task<(HttpStatusCode Status, string Body)> Ask(Member member, string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(member.Management, path));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> Sessions(Member gateway, Person person)
    {
        using var client = new HttpClient { DefaultRequestHeaders = { { "Authorization", "Bearer " + TestCluster.ManagementToken } } };
        return await client.GetStringAsync(new Uri(gateway.Management, $"/sessions?tenant={person.Tenant}&subject={Uri.EscapeDataString("subject-of-" + person.Owner.Person)}"));
    }

    private static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
