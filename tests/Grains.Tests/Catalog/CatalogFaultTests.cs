using Orleans.Runtime;
using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Catalog;

/// <summary>Storage that fails, and two activations over one storage.</summary>
public sealed class CatalogFaultTests : IAsyncLifetime
{
    private readonly ClusterFixture _first = new() { Silos = 1 };
    private ClusterFixture _second = null!;

    public async ValueTask InitializeAsync()
    {
        _second = new ClusterFixture { Silos = 1, Storage = _first.Storage, Clock = _first.Clock };
        await _first.InitializeAsync();
        await _second.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Theory]
    [Trait("Attack", "47")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_publish_that_failed_at_any_storage_call_succeeds_when_repeated(bool hidesSuccess)
    {
        var catalog = Catalog(_first, "faults");
        var faults = 0;

        while (await FailsAt(faults, hidesSuccess, catalog, Large(faults)))
        {
            await _first.Cluster.DeactivateAsync(catalog);
            faults++;
        }

        await _first.Cluster.DeactivateAsync(catalog);
        var reader = await SomeCatalog.ReadAll(catalog);
        Assert.InRange(faults, 3, 50);
        Assert.Equal((faults + 1, 5_000), (reader.Tenants.Count, reader.Clients.Count));
        Assert.Equal(5_001 + faults, reader.Received);
        Assert.All(reader.Clients.Values, client => Assert.StartsWith($"v{faults}-", client.Client.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task of_two_activations_the_stale_one_loses_and_nothing_is_lost_or_forked()
    {
        var (stale, winner) = (Catalog(_first, "race"), Catalog(_second, "race"));
        await stale.Publish(Clients(1), default);
        var mirror = await SomeCatalog.ReadAll(winner);

        var won = await winner.Publish(Clients(2), default);
        await Assert.ThrowsAsync<InconsistentStateException>(() => stale.Publish(Clients(3), default));
        var repeated = await stale.Publish(Clients(3), default);

        await SomeCatalog.ReadAll(stale, mirror);
        Assert.True(repeated > won);
        Assert.Equal([SomeCatalog.Ident(1), SomeCatalog.Ident(2), SomeCatalog.Ident(3)], mirror.Clients.Keys.Order());
        Assert.Equal(3, mirror.Received);
    }

    [Fact]
    public async Task a_stale_activation_does_not_claim_that_nothing_is_new()
    {
        var (stale, winner) = (Catalog(_first, "silent"), Catalog(_second, "silent"));
        await stale.Publish(Clients(1), default);
        var mirror = await SomeCatalog.ReadAll(stale);
        await winner.Publish(Clients(2), default);

        await UntilRead(stale, mirror, static mirror => mirror.Clients.Count == 2);

        Assert.Equal([SomeCatalog.Ident(1), SomeCatalog.Ident(2)], mirror.Clients.Keys.Order());
    }

    [Fact]
    public async Task a_restart_keeps_the_catalog_and_the_positions_of_mirrors()
    {
        var before = Catalog(_first, "restart");
        await before.Publish(Clients(1) with { Tenants = [SomeCatalog.Tenant("cheese")], Retain = new CatalogRetention(["cheese"], [SomeCatalog.Ident(1)]) }, default);
        var mirror = await SomeCatalog.ReadAll(before);

        await _first.Cluster.StopAllSilosAsync();
        var after = await SomeCatalog.ReadAll(Catalog(_second, "restart"));

        Assert.Equal((mirror.Epoch, mirror.Version, true), (after.Epoch, after.Version, after.IsLoaded));
        Assert.Equal(mirror.Clients.Keys, after.Clients.Keys);
        Assert.Equal(mirror.Tenants["cheese"].Providers, after.Tenants["cheese"].Providers);
    }

    /// <summary>Publishes with one failing storage call, then again without; false when the publish has fewer calls than that.</summary>
    private async Task<bool> FailsAt(int call, bool hidesSuccess, ICatalogGrain catalog, CatalogChange change)
    {
        var (seen, hasFailed) = (0, false);
        Task FailOnce(StorageCall kind, GrainId grain)
        {
            var isFailing = grain == catalog.GetGrainId() && Interlocked.Increment(ref seen) == call + 1;
            hasFailed |= isFailing;
            return isFailing ? Task.FromException(new IOException("The storage of the tests fails now.")) : Task.CompletedTask;
        }

        _first.Storage.Before = hidesSuccess ? null : FailOnce;
        _first.Storage.After = hidesSuccess ? FailOnce : null;
        try
        {
            await catalog.Publish(change, default);
        }
        catch (IOException)
        {
            // The caller knows only that it must repeat.
        }

        (_first.Storage.Before, _first.Storage.After) = (null, null);
        await catalog.Publish(change, default);
        return hasFailed;
    }

    private static async Task UntilRead(ICatalogGrain catalog, Reader mirror, Func<Reader, bool> condition)
    {
        for (var patience = 0; !condition(mirror); patience++)
        {
            Assert.True(patience < 1_000, "The mirror never learned it.");
            try
            {
                await SomeCatalog.ReadAll(catalog, mirror);
            }
            catch (InvalidOperationException)
            {
                // The stale activation stepped down; the next answer comes from storage.
            }

            await Task.Delay(5);
        }
    }

    private static CatalogChange Large(int version) => new()
    {
        Tenants = [SomeCatalog.Tenant($"t{version}")],
        Clients = [.. Enumerable.Range(0, 5_000).Select(number => SomeCatalog.Client(number, "cheese", $"v{version}"))],
    };

    private static CatalogChange Clients(int number) => new() { Clients = [SomeCatalog.Client(number, "cheese")] };

    private static ICatalogGrain Catalog(ClusterFixture cluster, string key) => cluster.Grains.GetGrain<ICatalogGrain>(key);
}
