using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Uitsmijter.Actors.Clustering.Kubernetes;
using Uitsmijter.Actors.Clustering.Kubernetes.Resources;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>Names of objects, and options: nothing here needs an API server.</summary>
public sealed partial class NameTests
{
    public static TheoryData<string> Ids { get; } =
    [
        "uitsmijter", "Uitsmijter", "kitchen.blue", "kitchen..blue", ".kitchen", "kitchen-", "kitchen.-blue", "a b", "Küche", "厨房", "-", "a/b", "a_b",
        new string('a', 63), new string('a', 64), new string('b', 300), "x." + new string('a', 62),
    ];

    [Theory, MemberData(nameof(Ids))]
    public void every_cluster_id_gets_a_name_that_kubernetes_takes(string id)
    {
        var name = ObjectName.OfCluster(id);
        var heartbeat = ObjectName.OfHeartbeat(id, SiloAddress.New(IPAddress.Parse("fe80::1"), 11111, -5));

        Assert.Matches(Subdomain(), name);
        Assert.InRange(name.Length, 1, 63);
        Assert.Matches(Subdomain(), heartbeat);
        Assert.InRange(heartbeat.Length, 1, 253);
    }

    [Fact]
    public void no_two_ids_share_a_name_and_plain_ones_keep_theirs()
    {
        var names = Ids.Select(static id => ObjectName.OfCluster(id.Data)).ToArray();

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal("uitsmijter", ObjectName.OfCluster("uitsmijter"));
        Assert.Equal("uitsmijter-10.0.0.7-11111-42", ObjectName.OfHeartbeat("uitsmijter", SiloAddress.New(IPAddress.Parse("10.0.0.7"), 11111, 42)));
    }

    [Fact]
    public void instants_keep_every_tick()
    {
        var now = DateTime.UtcNow;

        Assert.Equal(now, Instant.Read(Instant.Write(now)));
        Assert.Equal(now.Ticks, Instant.Read(Instant.Write(DateTime.SpecifyKind(now, DateTimeKind.Unspecified))).Ticks);
        Assert.Equal(DateTimeKind.Utc, Instant.Read("2026-01-02T03:04:05+01:00").Kind);
    }

    [Fact]
    public void wrong_options_refuse_the_start_with_one_sentence()
    {
        Check(static options => options.Namespace = "Not A Namespace", "Namespace is wrong: 'Not A Namespace' is no namespace");
        Check(static options => options.KubeConfig = "/nowhere/config", "KubeConfig is wrong: there is no file /nowhere/config");
        Check(static options => options.ServiceAccountDirectory = " ", "ServiceAccountDirectory is wrong");
        Check(static options => options.RequestTimeout = TimeSpan.Zero, "RequestTimeout is wrong");
        Check(static options => options.Patience = Timeout.InfiniteTimeSpan, "Patience is wrong");
        Check(static options => options.LongestPause = TimeSpan.FromDays(1), "LongestPause is wrong");
        new KubernetesClusteringOptionsValidator(Options.Create(new KubernetesClusteringOptions { Namespace = "kitchen-2" })).ValidateConfiguration();
    }

    private static void Check(Action<KubernetesClusteringOptions> configure, string sentence)
    {
        var options = new KubernetesClusteringOptions();
        configure(options);
        var refusal = Assert.Throws<OrleansConfigurationException>(new KubernetesClusteringOptionsValidator(Options.Create(options)).ValidateConfiguration);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex Subdomain();
}
