using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Grants;
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

    /// <summary>
    /// The list counts records of refresh tokens; here sessions are counted themselves. A refresh belongs to the session it began in and is no other
    /// one, a code is none, and whoever signs out everywhere leaves none.
    /// </summary>
    [Fact]
    [Trait("Contract", "configuration 9")]
    public async Task sessions_rise_with_what_is_given_fall_when_one_subject_is_wiped_and_are_separate_for_each_tenant_and_client()
    {
        var (shop, till) = (SomeCatalog.Ident(1), SomeCatalog.Ident(2));
        var ham = SomeSession.Of("ada") with { Tenant = "ham" };
        await _clusters.First.Open(Session("ada"), _ada);
        await _clusters.First.Open(Session("bob"), _ada with { Subject = "bob" });
        await _clusters.First.Open(Session("ham"), ham);
        await Session("ada").Give(new GiveGrant { Tenant = _ada.Tenant, Client = shop }, default);
        await Session("ada").Give(new GiveGrant { Tenant = _ada.Tenant, Client = till }, default);
        await Session("bob").Give(new GiveGrant { Tenant = _ada.Tenant, Client = shop }, default);

        // Codes that nobody redeemed, and a grant that is refreshed: no sessions.
        await _clusters.Code();
        var (grantId, secret) = await _clusters.Grant();
        await _clusters.First.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default);
        var before = await Counts();
        await _clusters.First.Grains.GetGrain<ISubjectGrain>(_ada.Tenant).SignOut(_ada.Subject, default);
        var after = await Counts();

        Assert.Equal((2, 1, 2, 1), before);
        Assert.Equal((1, 1, 1, 0), after);

        async Task<(long Cheese, long Ham, long Shop, long Till)> Counts()
        {
            await _clusters.First.Of<SiloActivity>(0).ReportAsync();
            await _clusters.Second.Of<SiloActivity>(0).ReportAsync();
            return (await Open(Tenant(_clusters.Second).Read(default)),
                await Open(_clusters.Second.Grains.GetGrain<ITenantGrain>("ham").Read(default)),
                await Open(_clusters.Second.Grains.GetGrain<IClientGrain>(shop.ToString("D")).Read(default)),
                await Open(_clusters.Second.Grains.GetGrain<IClientGrain>(till.ToString("D")).Read(default)));
        }

        static async Task<long> Open(Task<Activity> reading) => (await reading).OpenSessions;
    }

    [Fact]
    [Trait("Contract", "configuration 10")]
    public async Task refusals_begin_at_zero_are_counted_per_client_and_sum_up()
    {
        var (shop, till) = (_clusters.First.Grains.GetGrain<IClientGrain>(SomeCatalog.Ident(1).ToString("D")), _clusters.Second.Grains.GetGrain<IClientGrain>(SomeCatalog.Ident(2).ToString("D")));
        var before = ((await shop.Read(default)).Denied, (await till.Read(default)).Denied, (await Tenant(_clusters.First).Read(default)).Denied);

        await shop.Count(new ActivityReport { Source = "gateway-1", Number = 1, Denied = 3 });
        await shop.Count(new ActivityReport { Source = "gateway-2", Number = 1, Denied = 2 });
        await shop.Count(new ActivityReport { Source = "gateway-1", Number = 2, Denied = 1 });
        await till.Count(new ActivityReport { Source = "gateway-1", Number = 1, Denied = 7 });
        await Tenant(_clusters.First).Count(new ActivityReport { Source = "gateway-1", Number = 1, Denied = 13 });

        Assert.Equal((0, 0, 0), before);
        Assert.Equal((6, 7, 13), ((await shop.Read(default)).Denied, (await till.Read(default)).Denied, (await Tenant(_clusters.Second).Read(default)).Denied));
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
