using Orleans;
using Orleans.Runtime;
using Uitsmijter.Actors.Clustering.Kubernetes;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>The membership table against a real API server, with exactly the documented rights: what Orleans asks of every provider.</summary>
public sealed class TableTests(ApiServer server) : IAsyncLifetime
{
    private readonly List<View> _views = [];
    private KubernetesAccount _account = null!;

    private static CancellationToken End => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _account = await server.SiloAccount();

    public ValueTask DisposeAsync()
    {
        _views.ForEach(static view => view.Dispose());
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task a_new_table_is_empty_and_has_version_zero_with_an_etag()
    {
        var table = await (await View()).Read();

        Assert.Empty(table.Members);
        Assert.Equal(0, table.Version.Version);
        Assert.NotEmpty(table.Version.VersionEtag);
    }

    [Fact]
    public async Task a_table_is_made_once_by_however_many_silos()
    {
        var views = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => View()));
        await views[0].Insert(Tests.View.Silo());

        var again = await View();

        Assert.All(await Task.WhenAll([.. views.Select(static view => view.Read()), again.Read()]), static table => Assert.Single(table.Members));
    }

    [Fact]
    public async Task an_inserted_row_is_read_with_everything_it_had()
    {
        var view = await View();
        var before = await view.Read();
        var silo = Tests.View.Silo(SiloStatus.Active);
        silo.UpdateZone = 3;
        silo.FaultZone = 4;
        silo.SuspectTimes = [Tuple.Create(Tests.View.Silo().SiloAddress, DateTime.UtcNow), Tuple.Create(Tests.View.Silo().SiloAddress, DateTime.UtcNow.AddSeconds(1))];

        var isInserted = await view.Table.InsertRowAsync(silo, before.Version.Next(), End);

        var after = await view.Read();
        Assert.True(isInserted);
        Assert.Equal(1, after.Version.Version);
        Assert.NotEqual(before.Version.VersionEtag, after.Version.VersionEtag);
        var (read, etag) = Assert.Single(after.Members);
        Assert.NotEmpty(etag);
        AssertSame(silo, read);
        var row = await view.Table.ReadRowAsync(silo.SiloAddress, End);
        AssertSame(silo, Assert.Single(row.Members).Item1);
        Assert.Equal(after.Version, row.Version);
        Assert.Empty((await view.Table.ReadRowAsync(Tests.View.Silo().SiloAddress, End)).Members);
    }

    [Fact]
    public async Task a_row_is_inserted_once_and_only_into_the_table_that_was_read()
    {
        var view = await View();
        var silo = Tests.View.Silo();
        var first = (await view.Read()).Version.Next();

        Assert.True(await view.Table.InsertRowAsync(silo, first, End));
        Assert.False(await view.Table.InsertRowAsync(silo, first, End));
        Assert.False(await view.Table.InsertRowAsync(Tests.View.Silo(), first, End));
        Assert.False(await view.Table.InsertRowAsync(silo, (await view.Read()).Version.Next(), End));

        var table = await view.Read();
        Assert.Single(table.Members);
        Assert.Equal(1, table.Version.Version);
    }

    [Fact]
    public async Task a_row_is_updated_with_the_etag_and_the_version_that_were_read_last_and_no_others()
    {
        var view = await View();
        for (var round = 1; round < 4; round++)
        {
            var silo = Tests.View.Silo();
            silo.SuspectTimes = [Tuple.Create(Tests.View.Silo().SiloAddress, DateTime.UtcNow)];
            var stale = (await view.Read()).Version.Next();
            Assert.True(await view.Table.InsertRowAsync(silo, stale, End));
            var inserted = await view.Read();
            var etag = inserted.TryGet(silo.SiloAddress)!.Item2;
            silo.Status = SiloStatus.Active;

            Assert.False(await view.Table.UpdateRowAsync(silo, etag, stale, End));
            Assert.False(await view.Table.UpdateRowAsync(silo, stale.VersionEtag, inserted.Version.Next(), End));
            Assert.False(await view.Table.UpdateRowAsync(silo, etag, inserted.Version.Next().Next(), End));
            Assert.True(await view.Table.UpdateRowAsync(silo, etag, inserted.Version.Next(), End));
            Assert.False(await view.Table.UpdateRowAsync(silo, etag, inserted.Version.Next(), End));

            var updated = await view.Read();
            Assert.False(await view.Table.UpdateRowAsync(silo, updated.TryGet(silo.SiloAddress)!.Item2, inserted.Version.Next(), End));
            AssertSame(silo, updated.TryGet(silo.SiloAddress)!.Item1);
            Assert.Equal((round * 2, round), (updated.Version.Version, updated.Members.Count));
        }
    }

    [Fact]
    public async Task a_row_that_is_not_there_is_not_updated()
    {
        var view = await View();
        await view.Insert(Tests.View.Silo());
        var before = await view.Read();

        Assert.False(await view.Table.UpdateRowAsync(Tests.View.Silo(), before.Members[0].Item2, before.Version.Next(), End));

        Assert.Equal(before.Version, (await view.Read()).Version);
    }

    [Fact]
    public async Task of_parallel_inserts_of_several_silos_one_wins_a_version()
    {
        var views = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => View()));
        var seen = (await views[0].Read()).Version.Next();

        var results = await Task.WhenAll(views.Select(view => view.Table.InsertRowAsync(Tests.View.Silo(), seen, End)));

        Assert.Single(results, static isInserted => isInserted);
        Assert.Single((await views[0].Read()).Members);
    }

    [Fact]
    public async Task parallel_updates_each_win_a_version_of_their_own()
    {
        var views = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => View()));
        var silo = Tests.View.Silo();
        await views[0].Insert(silo);

        await Task.WhenAll(views.Select(async view =>
        {
            while (true)
            {
                var table = await view.Read();
                var (entry, etag) = table.TryGet(silo.SiloAddress)!;
                entry.SuspectTimes!.Add(Tuple.Create(Tests.View.Silo().SiloAddress, DateTime.UtcNow));
                if (await view.Table.UpdateRowAsync(entry, etag, table.Version.Next(), End))
                {
                    return;
                }
            }
        }));

        var table = await views[0].Read();
        Assert.Equal(1 + views.Length, table.Version.Version);
        Assert.Equal(views.Length, Assert.Single(table.Members).Item1.SuspectTimes!.Count);
    }

    [Fact]
    public async Task a_heartbeat_changes_the_time_and_neither_version_nor_etag()
    {
        var view = await View();
        var silo = Tests.View.Silo(age: TimeSpan.FromMinutes(5));
        await view.Insert(silo);
        var before = await view.Read();

        for (var second = 0; second < 3; second++)
        {
            var alive = DateTime.UtcNow.AddSeconds(second);
            await view.Table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = silo.SiloAddress, IAmAliveTime = alive }, End);
            var after = await view.Read();

            Assert.Equal(before.Version, after.Version);
            Assert.Equal(before.Members[0].Item2, after.Members[0].Item2);
            Assert.Equal(alive, after.Members[0].Item1.IAmAliveTime);
            after.Members[0].Item1.IAmAliveTime = silo.IAmAliveTime;
            AssertSame(silo, after.Members[0].Item1);
        }

        silo.Status = SiloStatus.Active;
        Assert.True(await view.Table.UpdateRowAsync(silo, before.Members[0].Item2, before.Version.Next(), End));
    }

    [Fact]
    public async Task defunct_silos_leave_with_their_heartbeats_and_all_others_stay()
    {
        var view = await View();
        var (old, week) = (TimeSpan.FromDays(10), DateTimeOffset.UtcNow.AddDays(-7));
        var dead = new[] { Tests.View.Silo(SiloStatus.Dead, old), Tests.View.Silo(SiloStatus.Dead, old) };
        var (accused, heard) = (Tests.View.Silo(SiloStatus.Dead, old), Tests.View.Silo(SiloStatus.Dead, old));
        accused.SuspectTimes = [Tuple.Create(dead[0].SiloAddress, DateTime.UtcNow)];
        var living = Enum.GetValues<SiloStatus>().Except([SiloStatus.None, SiloStatus.Dead]).Select(status => Tests.View.Silo(status, old)).ToArray();
        foreach (var silo in living.Concat(dead).Append(accused).Append(heard).Append(Tests.View.Silo(SiloStatus.Dead)))
        {
            await view.Insert(silo);
        }

        await view.Table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = dead[0].SiloAddress, IAmAliveTime = dead[0].IAmAliveTime }, End);
        await view.Table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = living[0].SiloAddress, IAmAliveTime = living[0].IAmAliveTime }, End);
        await view.Table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = heard.SiloAddress, IAmAliveTime = DateTime.UtcNow }, End);
        var before = await view.Read();

        await view.Table.CleanupDefunctSiloEntriesAsync(week, End);

        var after = await view.Read();
        Assert.Equal(before.Members.Count - dead.Length, after.Members.Count);
        Assert.All(dead, silo => Assert.Null(after.TryGet(silo.SiloAddress)));
        Assert.Equal(before.Version.Version + 1, after.Version.Version);
        Assert.Equal(2, (await view.Api.ListHeartbeats("cheese", TimeSpan.FromSeconds(10), End)).Count);
        await view.Table.CleanupDefunctSiloEntriesAsync(week, End);
        Assert.Equal(after.Version, (await view.Read()).Version);
    }

    [Fact]
    public async Task a_silo_may_not_delete_the_table_an_administrator_may()
    {
        var silo = await View(static options => options.Patience = TimeSpan.FromSeconds(1));
        await silo.Insert(Tests.View.Silo());
        await silo.Table.UpdateIAmAliveAsync(Tests.View.Silo(), End);
        using var other = await new View(_account.KubeConfig(), "other").Open();
        using var administrator = new View((await server.Server).AdminKubeConfig, configure: options => options.Namespace = File.ReadAllText(Path.Combine(_account.Folder, "namespace")));

        var refusal = await Assert.ThrowsAsync<KubernetesClusteringException>(() => silo.Table.DeleteMembershipTableEntriesAsync("cheese", End));
        await administrator.Table.DeleteMembershipTableEntriesAsync("cheese", End);
        var deleted = await Assert.ThrowsAsync<KubernetesClusteringException>(silo.Read);

        Assert.Contains("forbids to delete orleansclusters", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("was deleted while its silos ran", deleted.Message, StringComparison.Ordinal);
        Assert.Empty(await silo.Api.ListHeartbeats("cheese", TimeSpan.FromSeconds(10), End));
        Assert.Empty((await other.Read()).Members);
    }

    [Fact]
    public async Task gateways_are_the_active_silos_that_take_clients()
    {
        var view = await View();
        var silos = Enum.GetValues<SiloStatus>().Except([SiloStatus.None]).Append(SiloStatus.Active).Select(static status => Tests.View.Silo(status)).ToArray();
        silos[^1].ProxyPort = 0;
        foreach (var silo in silos)
        {
            silo.ProxyPort = silo.ProxyPort == 0 ? 0 : 30000;
            await view.Insert(silo);
        }

        var gateways = await view.Gateways.GetGatewaysAsync(End);

        var active = silos.First(static silo => silo.Status == SiloStatus.Active).SiloAddress;
        Assert.Equal([new Uri($"gwy.tcp://127.0.0.1:30000/{active.Generation}")], gateways);
    }

    [Fact]
    public async Task a_client_needs_no_more_than_to_read_the_table()
    {
        var view = await View();
        var name = await File.ReadAllTextAsync(Path.Combine(_account.Folder, "namespace"), End);
        var account = await (await server.Server).Account("client", name);
        await server.Allow(account, ApiServer.Rules[1]);
        using var client = new View(account.KubeConfig());

        var none = await client.Gateways.GetGatewaysAsync(End);
        await view.Insert(Tests.View.Silo(SiloStatus.Active));
        var one = await client.Gateways.GetGatewaysAsync(End);

        Assert.Empty(none);
        Assert.Single(one);
    }

    [Fact]
    public async Task another_service_with_the_same_cluster_id_is_kept_out_and_told_why()
    {
        await View();
        using var stranger = new View(_account.KubeConfig(), serviceId: "cellar");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(End);

        var joining = stranger.Table.InitializeMembershipTableAsync(true, patience.Token);
        var line = await stranger.Log.Says("belongs to the service kitchen, not cellar");
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining);
        Assert.Contains("give each service a cluster id of its own", line, StringComparison.Ordinal);
        await Assert.ThrowsAsync<KubernetesClusteringException>(() => stranger.Gateways.GetGatewaysAsync(End));
        await Assert.ThrowsAsync<KubernetesClusteringException>(stranger.Read);
    }

    [Fact]
    public async Task a_thousand_silos_with_votes_fit_into_the_object()
    {
        var view = await View();
        var table = (await view.Api.ReadCluster("cheese", TimeSpan.FromSeconds(10), End))!;
        var silo = Tests.View.Silo(SiloStatus.Active);
        silo.SuspectTimes = [Tuple.Create(Tests.View.Silo().SiloAddress, DateTime.UtcNow), Tuple.Create(Tests.View.Silo().SiloAddress, DateTime.UtcNow)];
        for (var index = 0; index < 1000; index++)
        {
            silo.SiloAddress = SiloAddress.New(System.Net.IPAddress.Parse($"10.1.{index / 250}.{1 + (index % 250)}"), 11111, 500_000_000 + index);
            table = Clustering.Kubernetes.Membership.TableChange.Insert(table, silo, new TableVersion(table.Spec.Version + 1, table.Metadata.ResourceVersion))!;
        }

        var written = await view.Api.ReplaceCluster(table, TimeSpan.FromSeconds(20), End);

        var bytes = (await (await server.Server).Kubectl("", "--namespace", written!.Metadata.NamespaceProperty, "get", "ocl", "cheese", "-o", "json")).Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} characters of indented JSON");
        Assert.Equal(1000, (await view.Read()).Members.Count);
    }

    private async Task<View> View(Action<KubernetesClusteringOptions>? configure = null)
    {
        var view = new View(_account.KubeConfig(), configure: configure);
        lock (_views)
        {
            _views.Add(view);
        }

        return await view.Open();
    }

    private static void AssertSame(MembershipEntry expected, MembershipEntry actual) => Assert.Equal(Text(expected), Text(actual));

    private static string Text(MembershipEntry entry) => string.Join(
        '|', entry.SiloAddress.ToParsableString(), entry.Status, entry.ProxyPort, entry.HostName, entry.SiloName, entry.RoleName, entry.UpdateZone, entry.FaultZone,
        entry.StartTime.Ticks, entry.IAmAliveTime.Ticks, string.Join(',', entry.SuspectTimes!.Select(static vote => $"{vote.Item1.ToParsableString()}/{vote.Item2.Ticks}")));
}
