using System.Net;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>Silos that show each other certificates, and one that has none of theirs although it may write into their Redis.</summary>
public sealed class SiloTls
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Attack", "45")]
    public async Task a_silo_with_a_strangers_certificate_is_let_in_by_no_silo_and_keeps_nobody_from_logging_in()
    {
        using var authority = new CertificateAuthority();
        using var elsewhere = new CertificateAuthority();
        await using var cluster = await TestCluster.Start(silos: 2, gateways: 1, TestCluster.Tls(authority));

        // It believes in the authority of the others, who do not believe in its own.
        var settings = TestCluster.Tls(elsewhere);
        settings["ORLEANS_TLS_CA"] = authority.Authorities;
        var stranger = await cluster.AddSilo(settings, isKeptOut: true);

        await Until(() => cluster.Silos.Where(silo => silo != stranger).All(static silo => silo.Output.Contains("wants to talk to the cluster is refused: its certificate is not good", StringComparison.Ordinal)));
        await cluster.Answers(stranger, HttpStatusCode.ServiceUnavailable);
        using var wire = new Wire(cluster.Addresses);
        using var traffic = new Traffic(wire, new Recorder(), TimeSpan.Zero);
        foreach (var number in Enumerable.Range(0, 20))
        {
            Assert.True(await new Person(traffic, new Random(number), Entities.Tenants[number % 2], number).LogIn(), Trial.Complaints(cluster));
        }

        await TestCluster.End(stranger, gracefully: false);
        cluster.Forget(stranger);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (!condition())
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
