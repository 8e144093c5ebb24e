using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Grains.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Catalog;

/// <summary>Each test has a catalog of its own, by key; only the mirrors look at the one the product uses.</summary>
public sealed class CatalogGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task what_is_published_is_read_whatever_the_size_of_a_page(int limit)
    {
        var catalog = Catalog($"pages-{limit}");
        await catalog.Publish(Change([1, 2, 3, 4, 5, 6, 7]) with { Tenants = [SomeCatalog.Tenant("cheese"), SomeCatalog.Tenant("bike")] }, default);

        var reader = await SomeCatalog.ReadAll(catalog, limit: limit);

        Assert.Equal(["bike", "cheese"], reader.Tenants.Keys.Order());
        Assert.Equal(Enumerable.Range(1, 7).Select(SomeCatalog.Ident), reader.Clients.Keys.Order());
        Assert.Equal(9, reader.Received);
    }

    [Fact]
    public async Task a_page_is_bounded_by_its_size_too()
    {
        var catalog = Catalog("heavy");
        await catalog.Publish(
            new CatalogChange { Tenants = [.. Enumerable.Range(0, 12).Select(static number => SomeCatalog.Tenant($"t{number}", new string('x', 1_000_000)))] },
            default);

        var reader = await SomeCatalog.ReadAll(catalog);

        Assert.Equal(12, reader.Tenants.Count);
        Assert.InRange(reader.Pages, 3, 5);
    }

    [Fact]
    public async Task the_catalog_counts_as_loaded_after_the_first_full_load()
    {
        var catalog = Catalog("loaded");

        await catalog.Publish(Change([1]), default);
        var before = await SomeCatalog.ReadAll(catalog);
        await catalog.Publish(new CatalogChange { Retain = new CatalogRetention([], [SomeCatalog.Ident(1)]) }, default);
        var after = await SomeCatalog.ReadAll(catalog);

        Assert.False(before.IsLoaded);
        Assert.True(after.IsLoaded);
    }

    [Fact]
    public async Task an_empty_full_load_is_a_load()
    {
        var catalog = Catalog("empty");

        await catalog.Publish(new CatalogChange { Retain = new CatalogRetention([], []) }, default);

        Assert.True((await SomeCatalog.ReadAll(catalog)).IsLoaded);
    }

    [Fact]
    public async Task a_full_load_removes_what_it_does_not_name()
    {
        var catalog = Catalog("retained");
        await catalog.Publish(Change([1, 2, 3]) with { Tenants = [SomeCatalog.Tenant("cheese"), SomeCatalog.Tenant("bike")] }, default);
        var mirror = await SomeCatalog.ReadAll(catalog);

        await catalog.Publish(new CatalogChange { Retain = new CatalogRetention(["bike"], [SomeCatalog.Ident(3)]) }, default);
        await SomeCatalog.ReadAll(catalog, mirror);

        Assert.Equal(["bike"], mirror.Tenants.Keys);
        Assert.Equal([SomeCatalog.Ident(3)], mirror.Clients.Keys);
    }

    [Fact]
    public async Task a_removed_entity_is_told_to_mirrors_that_have_it_and_may_come_back()
    {
        var catalog = Catalog("removed");
        await catalog.Publish(Change([1, 2]), default);
        var mirror = await SomeCatalog.ReadAll(catalog);

        await catalog.Publish(new CatalogChange { RemovedClients = [SomeCatalog.Ident(1)], RemovedTenants = ["never-there"] }, default);
        await SomeCatalog.ReadAll(catalog, mirror);
        var without = mirror.Clients.Keys.ToList();
        await catalog.Publish(Change([1]), default);
        await SomeCatalog.ReadAll(catalog, mirror);

        Assert.Equal([SomeCatalog.Ident(2)], without);
        Assert.Equal(2, mirror.Clients.Count);
    }

    [Fact, Trait("Invariant", "7")]
    public async Task a_source_that_did_not_know_the_newest_replaces_nothing()
    {
        var catalog = Catalog("outdated");
        var known = await catalog.Publish(Change([1, 2]), default);
        var position = new CatalogPosition((await catalog.Read(0, 0, 10, default)).Epoch, known);
        var newest = await catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(1, "cheese", "newest")], Known = position }, default);

        var late = await catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(1, "cheese", "old")], Known = position }, default);
        var removal = await catalog.Publish(new CatalogChange { Retain = new CatalogRetention([], [SomeCatalog.Ident(2)]), Known = position }, default);
        var same = await catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(1, "cheese", "newest")], Known = position }, default);
        var other = await catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(2, "cheese", "other")], Known = position }, default);
        var anotherLife = await catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(3, "cheese", "third")], Known = position with { Epoch = 7 } }, default);

        Assert.True(newest > known);
        Assert.Equal((ICatalogGrain.Outdated, ICatalogGrain.Outdated, ICatalogGrain.Outdated), (late, removal, anotherLife));
        Assert.Equal(newest, same);
        Assert.True(other > newest);
        Assert.Equal(["newest-1", "other-2"], (await SomeCatalog.ReadAll(catalog)).Clients.Values.Select(static client => client.Client.Name).Order());
    }

    [Fact]
    public async Task an_unchanged_entity_costs_nothing()
    {
        var catalog = Catalog("unchanged");
        var version = await catalog.Publish(Change([1, 2]) with { Tenants = [SomeCatalog.Tenant("cheese")] }, default);
        cluster.Storage.ForgetWrites();

        var again = await catalog.Publish(Change([1, 2]) with { Tenants = [SomeCatalog.Tenant("cheese")] }, default);

        Assert.Equal(version, again);
        Assert.Equal(0, cluster.Storage.Writes.Count);
    }

    [Fact]
    public async Task a_mirror_of_another_epoch_starts_from_the_beginning()
    {
        var catalog = Catalog("epoch");
        await catalog.Publish(Change([1, 2]), default);

        var page = await catalog.ReadEntries(epoch: 42, since: 2, limit: 10, default);

        Assert.NotEqual(42, page.Epoch);
        Assert.Equal(2, page.Clients.Length);
    }

    [Fact]
    [Trait("Attack", "50")]
    public async Task a_catalog_set_back_to_a_backup_starts_every_mirror_anew()
    {
        var catalog = Catalog("backup");
        await catalog.Publish(Change([1]), default);
        var backup = cluster.Storage.Backup();
        await catalog.Publish(Change([2]), default);
        var mirror = await SomeCatalog.ReadAll(catalog);
        var epoch = mirror.Epoch;

        cluster.Storage.Restore(backup);
        await cluster.Cluster.DeactivateAsync(catalog);
        await SomeCatalog.ReadAll(catalog, mirror);

        Assert.NotEqual(epoch, mirror.Epoch);
        Assert.Equal([SomeCatalog.Ident(1)], mirror.Clients.Keys);
    }

    [Fact]
    public async Task so_many_removals_that_they_are_forgotten_start_every_mirror_anew_and_nothing_comes_back()
    {
        var catalog = Catalog("tombstones");
        await catalog.Publish(Change([.. Enumerable.Range(0, 12_000)]), default);
        var mirror = await SomeCatalog.ReadAll(catalog);
        var epoch = mirror.Epoch;

        await catalog.Publish(new CatalogChange { Retain = new CatalogRetention([], [SomeCatalog.Ident(7)]) }, default);
        await catalog.Publish(Change([12_345]), default);
        await cluster.Cluster.DeactivateAsync(catalog);
        await SomeCatalog.ReadAll(catalog, mirror);

        Assert.NotEqual(epoch, mirror.Epoch);
        Assert.Equal([SomeCatalog.Ident(7), SomeCatalog.Ident(12_345)], mirror.Clients.Keys.Order());
    }

    [Fact]
    public async Task records_lost_in_storage_make_the_catalog_ask_for_a_full_load()
    {
        var catalog = Catalog("lost");
        await catalog.Publish(Change([.. Enumerable.Range(0, 500)]) with { Retain = new CatalogRetention([], [.. Enumerable.Range(0, 500).Select(SomeCatalog.Ident)]) }, default);
        cluster.Storage.Lose(key => key.StartsWith($"{catalog.GetGrainId()}/catalog-", StringComparison.Ordinal));
        await cluster.Cluster.DeactivateAsync(catalog);

        var damaged = await SomeCatalog.ReadAll(catalog);
        await catalog.Publish(Change([.. Enumerable.Range(0, 500)]) with { Retain = new CatalogRetention([], [.. Enumerable.Range(0, 500).Select(SomeCatalog.Ident)]) }, default);
        await cluster.Cluster.DeactivateAsync(catalog);
        var repaired = await SomeCatalog.ReadAll(catalog);

        Assert.False(damaged.IsLoaded);
        Assert.True(repaired.IsLoaded);
        Assert.Equal(500, repaired.Clients.Count);
    }

    [Fact]
    public async Task the_mirror_of_a_silo_keeps_an_entry_until_it_changes()
    {
        var catalog = Catalog(ICatalogGrain.Only);
        var mirror = cluster.Of<CatalogEntries>(1);
        await catalog.Publish(new CatalogChange { Tenants = [SomeCatalog.Tenant("cheese"), SomeCatalog.Tenant("bike")] }, default);
        await ClusterFixture.Until(() => mirror.Tenant("cheese") is not null && mirror.Tenant("bike") is not null);
        var (cheese, bike) = (mirror.Tenant("cheese"), mirror.Tenant("bike"));

        await catalog.Publish(new CatalogChange { Tenants = [SomeCatalog.Tenant("cheese", "/* new */"), SomeCatalog.Tenant("bike")] }, default);
        await ClusterFixture.Until(() => mirror.Tenant("cheese")!.Providers[0] == "/* new */");

        Assert.NotSame(cheese, mirror.Tenant("cheese"));
        Assert.Same(bike, mirror.Tenant("bike"));
    }

    private static CatalogChange Change(IEnumerable<int> clients) => new() { Clients = [.. clients.Select(static number => SomeCatalog.Client(number, "cheese"))] };

    private ICatalogGrain Catalog(string key) => cluster.Grains.GetGrain<ICatalogGrain>(key);
}
