using System.Diagnostics;
using System.Net;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A gateway says whether the cluster answers, not whether it has a line to it.</summary>
public sealed class Readiness
{
    /// <summary>What docs/operations.md states, and a second each for the loop and for the test.</summary>
    private static readonly TimeSpan _stated = TimeSpan.FromSeconds(12 + 2);

    [Fact]
    public async Task a_gateway_whose_silo_stands_still_is_alive_and_not_ready_and_comes_back_by_itself()
    {
        await using var cluster = await TestCluster.Start(silos: 1, gateways: 1);
        var (silo, gateway) = (cluster.Silos[0], cluster.Gateways[0]);
        await silo.Process!.Signal("STOP");
        var stopped = Stopwatch.GetTimestamp();

        await cluster.Answers(gateway, HttpStatusCode.ServiceUnavailable);
        var (after, health, missing) = (Stopwatch.GetElapsedTime(stopped), await Ask(gateway, "/health"), await Ask(gateway, "/health/ready"));
        await silo.Process.Signal("CONT");
        await cluster.IsReady(gateway);

        TestContext.Current.TestOutputHelper?.WriteLine($"not ready after {after.TotalSeconds:F1} s, ready {(Stopwatch.GetElapsedTime(stopped) - after).TotalSeconds:F1} s later");
        Assert.Equal(HttpStatusCode.NoContent, health.Status);
        Assert.Contains("\"grains\":\"no grain has answered for", missing.Body, StringComparison.Ordinal);
        Assert.InRange(after, TimeSpan.Zero, _stated);
    }

    private static async Task<(HttpStatusCode Status, string Body)> Ask(Member member, string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(member.Management, path));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
