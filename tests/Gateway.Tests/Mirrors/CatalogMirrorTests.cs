using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Mirrors;

public sealed class CatalogMirrorTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly FakeCluster _cluster;
    private readonly CatalogMirror _mirror;

    public CatalogMirrorTests()
    {
        _cluster = new FakeCluster(_clock);
        _mirror = new CatalogMirror(_cluster, _clock, NullLogger<CatalogMirror>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.StopAsync(CancellationToken.None);
        _mirror.Dispose();
    }

    [Fact]
    public async Task is_not_ready_before_a_full_load_was_published()
    {
        await _mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => _cluster.Catalog.Reads > 0);

        Assert.False(_mirror.IsReady);
        Assert.Equal(TimeSpan.MaxValue, _mirror.Age);
    }

    [Fact]
    public async Task finds_tenants_and_clients_after_a_nudge()
    {
        await Run();

        _cluster.Catalog.Publish(Named("a", "a.example.com"));
        _cluster.Catalog.Publish(ClientOf("a"));

        await Eventually.Holds(() => _mirror.Current.TenantByHost("a.example.com")?.Name == "a" && _mirror.Current.ClientCount == 1);
    }

    [Fact]
    public async Task finds_what_changed_within_a_second_although_every_nudge_is_lost()
    {
        await Run();
        _cluster.Catalog.IsMute = true;

        _cluster.Catalog.Publish(Named("late", "late.example.com"));
        _clock.Advance(MirrorLoop.PollEvery);

        await Eventually.Holds(() => _mirror.Current.TenantByName("late") is not null);
    }

    [Fact]
    public async Task reads_page_after_page_until_there_is_no_more()
    {
        _cluster.Catalog.Publish([.. Enumerable.Range(0, 2500).Select(static number => Named($"t{number}", $"h{number}.example.com"))]);

        await Run();

        await Eventually.Holds(() => _mirror.Current.TenantCount == 2500);
        Assert.True(_cluster.Catalog.Reads >= 3);
    }

    [Fact]
    public async Task forgets_a_removed_tenant()
    {
        _cluster.Catalog.Publish(Named("a", "a.example.com"), Named("b", "b.example.com"));
        await Run();

        _cluster.Catalog.Remove("a");

        await Eventually.Holds(() => _mirror.Current.TenantByHost("a.example.com") is null);
        Assert.NotNull(_mirror.Current.TenantByHost("b.example.com"));
    }

    [Fact]
    public async Task answers_from_the_old_copy_until_another_epoch_is_loaded_completely()
    {
        _cluster.Catalog.Publish(Named("old", "old.example.com"));
        await Run();

        _cluster.Catalog.StartOver(loaded: false);
        var reads = _cluster.Catalog.Reads;
        _clock.Advance(MirrorLoop.PollEvery);
        await Eventually.Holds(() => _cluster.Catalog.Reads > reads);
        Assert.NotNull(_mirror.Current.TenantByName("old"));

        _cluster.Catalog.Publish(Named("new", "new.example.com"));
        await Eventually.Holds(() => _mirror.Current.TenantByName("new") is not null);
        Assert.Null(_mirror.Current.TenantByName("old"));
    }

    [Fact]
    public async Task reads_everything_anew_when_the_version_runs_backwards()
    {
        _cluster.Catalog.Publish(Named("a", "a.example.com"), Named("b", "b.example.com"));
        await Run();

        _cluster.Catalog.RunBackwards(Named("c", "c.example.com"));

        await Eventually.Holds(() => _mirror.Current.TenantByName("c") is not null && _mirror.Current.TenantByName("a") is null);
    }

    [Fact]
    public async Task keeps_what_it_has_and_grows_old_while_the_cluster_is_away()
    {
        _cluster.Catalog.Publish(Named("a", "a.example.com"));
        await Run();

        _cluster.Outage = new TimeoutException("no silo");
        _clock.Advance(TimeSpan.FromSeconds(61));

        Assert.NotNull(_mirror.Current.TenantByName("a"));
        Assert.True(_mirror.IsReady);
        await Eventually.Holds(() => _mirror.Age >= TimeSpan.FromSeconds(60));

        _cluster.Outage = null;
        _clock.Advance(MirrorLoop.PollEvery);
        await Eventually.Holds(() => _mirror.Age < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task renews_its_registration_for_nudges()
    {
        await Run();
        await Eventually.Holds(() => _cluster.Catalog.Subscriptions == 1);

        _clock.Advance(MirrorLoop.SubscribeEvery);

        await Eventually.Holds(() => _cluster.Catalog.Subscriptions == 2);
    }

    [Fact]
    public async Task registers_anew_when_news_came_without_a_nudge()
    {
        await Run();
        await Eventually.Holds(() => _cluster.Catalog.Subscriptions == 1);

        // The grain has moved to another silo, where nobody is registered.
        _cluster.Catalog.IsMute = true;
        _cluster.Catalog.Publish(Named("late", "late.example.com"));
        _clock.Advance(MirrorLoop.PollEvery);
        await Eventually.Holds(() => _mirror.Current.TenantByName("late") is not null);
        _clock.Advance(MirrorLoop.PollEvery);

        await Eventually.Holds(() => _cluster.Catalog.Subscriptions == 2);
    }

    [Fact]
    public async Task one_edited_client_among_a_hundred_thousand_leaves_the_tenants_alone()
    {
        var snapshot = CatalogSnapshot.Empty.With(new CatalogDelta
        {
            Tenants = [Named("a", "a.example.com")],
            Clients = [.. Enumerable.Range(0, 100_000).Select(static number => ClientOf("a", number))],
            Version = 1,
            Loaded = true,
        });
        var edited = snapshot.ClientByIdent(ClientOf("a", 77_777).Ident)! with { Name = "edited" };

        // The time itself is for the benchmarks; here ten thousand edits must not take what ten thousand copies would.
        var current = snapshot;
        for (var i = 0; i < 10_000; i++)
        {
            current = current.With(new CatalogDelta { Clients = [edited], Version = 2 + i, Loaded = true });
        }

        Assert.Equal("edited", current.ClientByIdent(edited.Ident)!.Name);
        Assert.NotEqual("edited", snapshot.ClientByIdent(edited.Ident)!.Name);
        Assert.Equal(100_000, current.ClientCount);
        await Task.CompletedTask;
    }

    private async Task Run()
    {
        _cluster.Catalog.Loaded = true;
        await _mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => _mirror.IsReady && _mirror.Current.Version == _cluster.Catalog.Version);
    }

    private static Tenant Named(string name, string host) => new() { Name = name, Hosts = [host] };

    private static Client ClientOf(string tenant, int number = 1) => new()
    {
        Ident = new Guid(number, 0, 0, new byte[8]),
        Name = $"client-{number}",
        TenantName = tenant,
        RedirectUrls = [],
    };
}
