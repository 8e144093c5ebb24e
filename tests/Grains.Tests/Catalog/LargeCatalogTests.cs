using System.Diagnostics;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Grains.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Catalog;

/// <summary>10,000 tenants and 100,000 clients: what a change, a reload and a restart cost.</summary>
public sealed class LargeCatalogTests(LargeCatalogTests.Loaded cluster, ITestOutputHelper output) : IClassFixture<LargeCatalogTests.Loaded>
{
    private const int Tenants = 10_000;
    private const int Clients = 100_000;
    private const int KiB = 1024;

    [Fact]
    public async Task everything_published_reaches_a_mirror_in_bounded_pages()
    {
        var reader = await SomeCatalog.ReadAll(cluster.Catalog, limit: 2_000);

        Assert.Equal((Tenants, Clients, true), (reader.Tenants.Count, reader.Clients.Count, reader.IsLoaded));
        Assert.InRange(reader.Pages, 55, 60);
        output.WriteLine($"published in {cluster.PublishTime.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task one_edited_client_costs_one_small_write_and_one_small_page()
    {
        var before = await SomeCatalog.ReadAll(cluster.Catalog);
        cluster.Storage.ForgetWrites();

        await cluster.Catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(77_777, "t7", "edited")] }, default);

        var page = await cluster.Catalog.Read(before.Epoch, before.Version, 2_000, default);
        Assert.Equal(1, cluster.Storage.Writes.Count);
        Assert.InRange(cluster.Storage.Writes.Largest, 1, 16 * KiB);
        Assert.Equal("edited-77777", Assert.Single(page.Clients).Name);
        Assert.Empty(page.Tenants);
        Assert.False(page.More);
    }

    [Fact]
    public async Task one_edited_client_reaches_every_silo_within_a_second()
    {
        var before = await SomeCatalog.ReadAll(cluster.Catalog);
        await ClusterFixture.Until(() => Mirrors.All(mirror => mirror.Version == before.Version));
        var delays = new List<TimeSpan>();

        foreach (var name in Enumerable.Range(0, 7).Select(static turn => $"edited {turn}"))
        {
            var clock = Stopwatch.StartNew();
            await cluster.Catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(88_888, "t8", name)] }, default);
            await ClusterFixture.Until(() => Mirrors.All(mirror => mirror.Client(SomeCatalog.Ident(88_888))!.Client.Name == $"{name}-88888"));
            delays.Add(clock.Elapsed);
        }

        // The least: every other turn may meet a machine that is busy elsewhere, and what costs a second by itself costs it every time.
        Assert.InRange(delays.Min(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task many_edits_cost_little_each()
    {
        const int Edits = 500;
        cluster.Storage.ForgetWrites();

        for (var edit = 0; edit < Edits; edit++)
        {
            await cluster.Catalog.Publish(new CatalogChange { Clients = [SomeCatalog.Client(edit * 97, "t7", $"again-{edit}")] }, default);
        }

        output.WriteLine($"{Edits} edits: {cluster.Storage.Writes.Count} writes, {cluster.Storage.Writes.Bytes / Edits} bytes per edit");
        Assert.InRange(cluster.Storage.Writes.Count, Edits, Edits * 5 / 4);
        Assert.InRange(cluster.Storage.Writes.Bytes / Edits, 1, 32 * KiB);
    }

    [Fact]
    public async Task the_same_load_again_writes_nothing()
    {
        var known = await SomeCatalog.ReadAll(cluster.Catalog);
        cluster.Storage.ForgetWrites();

        foreach (var batch in SomeCatalog.Load([.. known.Tenants.Values], [.. known.Clients.Values]))
        {
            Assert.Equal(known.Version, await cluster.Catalog.Publish(batch, default));
        }

        Assert.Equal(0, cluster.Storage.Writes.Count);
    }

    [Fact]
    public async Task a_new_activation_has_all_of_it_and_keeps_the_mirrors_positions()
    {
        var before = await SomeCatalog.ReadAll(cluster.Catalog);
        await cluster.Cluster.DeactivateAsync(cluster.Catalog);
        var clock = Stopwatch.StartNew();

        var page = await cluster.Catalog.Read(before.Epoch, before.Version, 2_000, default);

        output.WriteLine($"activated in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal((before.Epoch, before.Version), (page.Epoch, page.Version));
        Assert.Empty(page.Clients);
        var after = await SomeCatalog.ReadAll(cluster.Catalog);
        Assert.Equal((before.Tenants.Count, before.Clients.Count), (after.Tenants.Count, after.Clients.Count));
    }

    private IEnumerable<CatalogEntries> Mirrors => [cluster.Of<CatalogEntries>(0), cluster.Of<CatalogEntries>(1)];

    /// <summary>A cluster with the catalog loaded.</summary>
    public sealed class Loaded : ClusterFixture, IAsyncLifetime
    {
        /// <summary>The catalog.</summary>
        public ICatalogGrain Catalog => Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);

        /// <summary>How long publishing took, mirrors of two silos following.</summary>
        public TimeSpan PublishTime { get; private set; }

        /// <inheritdoc />
        public new async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            var tenants = Enumerable.Range(0, Tenants).Select(static number => SomeCatalog.Tenant($"t{number}")).ToList();
            var clients = Enumerable.Range(0, Clients).Select(static number => SomeCatalog.Client(number, $"t{number % Tenants}")).ToList();
            var clock = Stopwatch.StartNew();
            foreach (var batch in SomeCatalog.Load(tenants, clients))
            {
                await Catalog.Publish(batch, default);
            }

            PublishTime = clock.Elapsed;
        }
    }
}
