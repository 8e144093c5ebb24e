using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Tests.Grants;
using Uitsmijter.Actors.Grains.Tests.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Catalog;

/// <summary>Counts of tenants and clients, with two activations of everything.</summary>
public sealed class ActivityGrainTests : IAsyncLifetime
{
    private static readonly OpenSession _ada = SomeSession.Of("ada") with { Tenant = TwoClusters.Tenant };

    private TwoClusters _clusters = null!;

    public async ValueTask InitializeAsync() => _clusters = await TwoClusters.Start();

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Fact]
    public async Task of_many_reports_on_two_activations_each_counts_once_however_often_it_is_sent()
    {
        var reports = Enumerable.Range(1, 20).SelectMany(static number => new[] { "one", "two" }.Select(source => new ActivityReport { Source = source, Number = number, Denied = 1 })).ToList();

        foreach (var report in reports)
        {
            await Task.WhenAll(Insist(_clusters.First, report), Insist(_clusters.Second, report));
        }

        Assert.Equal(40, (await Tenant(_clusters.First).Read(default)).Denied);
        Assert.Equal(40, (await Tenant(_clusters.Second).Read(default)).Denied);
    }

    [Fact]
    public async Task sessions_are_counted_where_they_begin_and_end_for_the_tenant_and_each_client()
    {
        var client = SomeCatalog.Ident(1);
        foreach (var sid in (string[])["a", "b", "c"])
        {
            await _clusters.First.Open(Session(sid), _ada);
        }

        await Session("a").Give(new GiveGrant { Tenant = _ada.Tenant, Client = client }, default);
        await Session("a").Give(new GiveGrant { Tenant = _ada.Tenant, Client = client, Consented = ["openid"] }, default);
        await Session("b").Give(new GiveGrant { Tenant = _ada.Tenant, Client = client }, default);
        await Session("a").End(_ada.Tenant, SessionEnd.LoggedOut, default);
        await Session("a").End(_ada.Tenant, SessionEnd.LoggedOut, default);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _clusters.First.Open(Session("c"), _ada));
        await _clusters.First.Of<SiloActivity>(0).ReportAsync();

        var (tenant, ofClient) = (await Tenant(_clusters.Second).Read(default), await _clusters.Second.Grains.GetGrain<IClientGrain>(client.ToString("D")).Read(default));
        Assert.Equal((2, 3), (tenant.OpenSessions, tenant.BegunSessions));
        Assert.Equal((1, 2), (ofClient.OpenSessions, ofClient.BegunSessions));
        Assert.Equal(_clusters.First.Clock.GetUtcNow(), tenant.LastUse!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task a_report_whose_answer_was_lost_is_sent_again_and_counted_once()
    {
        await _clusters.First.Open(Session("a"), _ada);
        _clusters.First.Storage.After = static (call, grain) =>
            call == StorageCall.Write && grain.Type.ToString() == "tenant" ? throw new TimeoutException("The answer was lost.") : Task.CompletedTask;
        await _clusters.First.Of<SiloActivity>(0).ReportAsync();
        _clusters.First.Storage.After = null;

        await _clusters.First.Of<SiloActivity>(0).ReportAsync();
        await _clusters.First.Of<SiloActivity>(0).ReportAsync();

        Assert.Equal(1, (await Tenant(_clusters.Second).Read(default)).OpenSessions);
    }

    private static async Task Insist(ClusterFixture cluster, ActivityReport report)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Tenant(cluster).Count(report);
                return;
            }
            catch (InvalidOperationException) when (attempt < 10)
            {
                // As a process does it with its next report.
            }
        }
    }

    private static ITenantGrain Tenant(ClusterFixture cluster) => cluster.Grains.GetGrain<ITenantGrain>(TwoClusters.Tenant);

    private ISessionGrain Session(string sid) => _clusters.First.Grains.GetGrain<ISessionGrain>(sid);
}
