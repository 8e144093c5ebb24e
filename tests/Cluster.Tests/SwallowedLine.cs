using System.Diagnostics;
using System.Globalization;
using System.Net;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A network that swallows what goes between one gateway and one silo, and nothing else: no connection ends, and both are in good health for everybody.</summary>
public sealed class SwallowedLine
{
    // A silo knows a gateway by the pulse it has heard for a while.
    private static readonly TimeSpan _heard = TimeSpan.FromSeconds(33);

    // Both sides notice, the silo forgets the line, and what was on its way by then waits for its own limit of ten seconds.
    private static readonly TimeSpan _noticed = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _watched = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    // Twice: the first rest may be over a moment before the line is whole.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(30 + 60 + 15);

    [Fact]
    public async Task a_line_that_swallows_everything_between_a_gateway_and_a_silo_is_left_for_the_others()
    {
        // With TLS, which lies above what listens to a line, between the silos too; and with a third silo, through which nothing has to go.
        using var authority = new CertificateAuthority();
        await using var cluster = await TestCluster.Start(silos: 3, gateways: 1, TestCluster.Tls(authority));
        using var wire = new Wire(cluster.Addresses);
        using var traffic = new Traffic(wire, new Recorder(), TimeSpan.Zero);
        var (gateway, silo) = (cluster.Gateways[0], cluster.Silos[1]);
        await UntilLines(cluster.Silos.Count, "the gateway did not find all silos");
        var number = 0;
        for (var whole = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(whole) < _heard; await Task.Delay(100))
        {
            Assert.True(await Somebody().LogIn(), Trial.Complaints(cluster));
        }

        cluster.Switchboard.Cut(gateway.Name, silo.Name, isCut: true);
        var cut = Stopwatch.GetTimestamp();
        var (failed, last) = (0, TimeSpan.Zero);
        while (Stopwatch.GetElapsedTime(cut) < _noticed)
        {
            if (!await Somebody().LogIn())
            {
                (failed, last) = (failed + 1, Stopwatch.GetElapsedTime(cut));
            }
        }

        var (logins, slowest) = (0, TimeSpan.Zero);
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < _watched; logins++)
        {
            var asked = Stopwatch.GetTimestamp();
            var person = Somebody();
            Assert.True(await person.LogIn(), $"login {logins} of those after the line was left\n{Trial.Complaints(cluster)}");
            var look = await person.Look(0);
            Assert.True(look.Status == HttpStatusCode.OK, $"forward-auth answered {look.Status} {look.Error} {Stopwatch.GetElapsedTime(cut).TotalSeconds:F1} s after the cut\n{Trial.Complaints(cluster)}");
            var took = Stopwatch.GetElapsedTime(asked);
            slowest = took > slowest ? took : slowest;
            Assert.True(took < _patience, $"login {logins} took {took.TotalSeconds:F1} s\n{Trial.Complaints(cluster)}");
        }

        cluster.Switchboard.Cut(gateway.Name, silo.Name, isCut: false);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{failed} logins failed in the first {_noticed.TotalSeconds} s, the last one {last.TotalSeconds:F1} s after the cut, none of {logins} afterwards, the slowest took {slowest.TotalSeconds:F2} s"));
        Assert.Contains(Trial.Records(silo), static record => record.GetProperty("message").GetString()!.StartsWith("Nothing comes from the gateway at", StringComparison.Ordinal));
        Assert.Contains(Trial.Records(gateway), static record => record.GetProperty("message").GetString()!.StartsWith("No answer comes from the silo at", StringComparison.Ordinal));
        await UntilLines(cluster.Silos.Count, "the silo was left alone for good");
        Assert.True(await Somebody().LogIn(), Trial.Complaints(cluster));

        Person Somebody() => new(traffic, new Random(number), Entities.Tenants[number % Entities.Tenants.Length], number++);

        async Task UntilLines(int expected, string otherwise)
        {
            using var client = new HttpClient();
            for (var begun = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
            {
                var page = await client.GetStringAsync(new Uri(gateway.Management, "/metrics"));
                if (page.Split('\n').Contains(string.Create(CultureInfo.InvariantCulture, $"uitsmijter_silo_lines {expected}")))
                {
                    return;
                }

                Assert.True(Stopwatch.GetElapsedTime(begun) < _rest, $"{otherwise}\n{Trial.Complaints(cluster)}");
            }
        }
    }
}
