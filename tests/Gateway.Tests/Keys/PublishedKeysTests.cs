using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Keys;

/// <summary>A gateway publishes the key of every algorithm its catalog knows somebody to use.</summary>
public sealed class PublishedKeysTests : IAsyncDisposable
{
    private static readonly Tenant _tenant = new() { Name = "a", Hosts = ["a.example.com"], Algorithm = SigningAlgorithm.ES256 };
    private static readonly Client _client = new() { Ident = Guid.NewGuid(), Name = "shop", TenantName = "a", RedirectUrls = [] };

    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly FakeCluster _cluster;
    private readonly CatalogMirror _catalog;
    private readonly KeyMirror _mirror;
    private readonly PublishedKeys _published;

    public PublishedKeysTests()
    {
        _cluster = new FakeCluster(_clock);
        _cluster.Catalog.Publish(_tenant);
        _catalog = new CatalogMirror(_cluster, _clock, NullLogger<CatalogMirror>.Instance);
        _mirror = new KeyMirror(_cluster, _catalog, _clock, NullLogger<KeyMirror>.Instance);
        _published = new PublishedKeys(_mirror, _catalog, _cluster, _clock, NullLogger<PublishedKeys>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _catalog.StopAsync(CancellationToken.None);
        _mirror.Dispose();
        _catalog.Dispose();
    }

    [Fact]
    public async Task a_tenant_whose_clients_chose_nothing_costs_nothing_more_than_forward_auth()
    {
        await _catalog.StartAsync(CancellationToken.None);

        await _published.Of(_tenant, CancellationToken.None);
        await _published.Of(_tenant, CancellationToken.None);

        Assert.Equal([SigningAlgorithm.ES256], _cluster.Keys.Asked);
    }

    [Fact]
    public async Task a_choice_is_followed_at_once_although_the_keys_at_hand_are_young_and_its_key_stays_published_when_it_is_taken_back()
    {
        await _catalog.StartAsync(CancellationToken.None);
        await _published.Of(_tenant, CancellationToken.None);
        _cluster.Keys.SigningKeys = [Key("tenant"), Key("chosen")];

        await Publish(SigningAlgorithm.RS256);
        var chosen = await _published.Of(_tenant, CancellationToken.None);
        await Publish(null);
        var takenBack = await _published.Of(_tenant, CancellationToken.None);

        Assert.Equal([SigningAlgorithm.ES256, SigningAlgorithm.ES256, SigningAlgorithm.RS256], _cluster.Keys.Asked);
        Assert.Equal(["tenant", "chosen"], chosen!.Value.Select(static key => key.Kid));
        Assert.Equal(chosen, takenBack);
    }

    [Fact]
    public async Task keys_that_were_rotated_are_asked_for_anew_and_old_ones_serve_while_the_cluster_is_away()
    {
        await _catalog.StartAsync(CancellationToken.None);
        await Publish(SigningAlgorithm.RS256);
        _cluster.Keys.SigningKeys = [Key("tenant"), Key("chosen")];
        await _published.Of(_tenant, CancellationToken.None);

        _cluster.Outage = new TimeoutException("no silo");
        _published.Refresh(_tenant);
        var meanwhile = await _published.Of(_tenant, CancellationToken.None);
        _cluster.Outage = null;
        _cluster.Keys.SigningKeys = [Key("tenant"), Key("chosen"), Key("next")];
        var after = await _published.Of(_tenant, CancellationToken.None);

        Assert.Equal(["tenant", "chosen"], meanwhile!.Value.Select(static key => key.Kid));
        Assert.Equal(["tenant", "chosen", "next"], after!.Value.Select(static key => key.Kid));
    }

    private async Task Publish(SigningAlgorithm? algorithm)
    {
        _cluster.Catalog.Publish(_client with { IdTokenAlgorithm = algorithm });
        await Eventually.Holds(() => _catalog.Current.ClientByIdent(_client.Ident) is { } known && known.IdTokenAlgorithm == algorithm);
    }

    private static PublicSigningKey Key(string kid) => new() { Kid = kid, Algorithm = SigningAlgorithm.ES256, Spki = [], Stage = SigningKeyStage.Active };
}
