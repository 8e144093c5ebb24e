using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Catalog;

/// <summary>What gateways look up.</summary>
public sealed class CatalogSnapshotTests
{
    private static readonly Guid _first = new("11111111-1111-1111-1111-111111111111");
    private static readonly Guid _second = new("22222222-2222-2222-2222-222222222222");

    private static readonly CatalogSnapshot _catalog = CatalogSnapshot.Empty.With(new CatalogDelta
    {
        Tenants = [new Tenant { Name = "cheese", Hosts = ["cheese.test"] }, new Tenant { Name = "ham", Hosts = ["ham.test"] }],
        Clients = [Named(_first, "shop", "cheese"), Named(_second, "shop", "ham")],
        Version = 1,
        Loaded = true,
    });

    [Fact, Trait("Contract", "configuration 6")]
    public void a_client_is_found_by_its_tenant_and_name_and_by_its_ident_and_a_strangers_not()
    {
        Assert.Equal(_first, Assert.Single(_catalog.ClientsOf("cheese"), static client => client.Name == "shop").Ident);
        Assert.Equal("ham", _catalog.ClientByIdent(_second)?.TenantName);
        Assert.Null(_catalog.ClientByIdent(Guid.Empty));
        Assert.Empty(_catalog.ClientsOf("Cheese"));
        Assert.Empty(_catalog.ClientsOf("egg"));
    }

    [Fact, Trait("Contract", "configuration 6")]
    public void a_client_that_is_gone_is_found_no_more_and_its_namesake_is()
    {
        var after = _catalog.With(new CatalogDelta { RemovedClients = [_first], Version = 2, Loaded = true });

        Assert.Null(after.ClientByIdent(_first));
        Assert.NotNull(after.ClientByIdent(_second));
        Assert.NotNull(_catalog.ClientByIdent(_first));
    }

    [Fact]
    public void what_clients_chose_for_their_id_tokens_is_known_while_they_come_change_and_go()
    {
        var chosen = _catalog.With(new CatalogDelta { Clients = [Choosing(_first, "cheese", SigningAlgorithm.RS256), Choosing(_second, "cheese", SigningAlgorithm.RS256)], Version = 2, Loaded = true });
        var changed = chosen.With(new CatalogDelta { Clients = [Choosing(_first, "ham", SigningAlgorithm.PS256)], Version = 3, Loaded = true });
        var gone = changed.With(new CatalogDelta { RemovedClients = [_second], Version = 4, Loaded = true });

        Assert.Empty(_catalog.IdTokenAlgorithms.Of("cheese"));
        Assert.Equal([SigningAlgorithm.RS256], chosen.IdTokenAlgorithms.Of("cheese"));
        Assert.Equal([SigningAlgorithm.RS256], changed.IdTokenAlgorithms.Of("cheese"));
        Assert.Equal([SigningAlgorithm.PS256], changed.IdTokenAlgorithms.Of("ham"));
        Assert.Empty(gone.IdTokenAlgorithms.Of("cheese"));
    }

    private static Client Choosing(Guid ident, string tenant, SigningAlgorithm algorithm) => Named(ident, "shop", tenant) with { IdTokenAlgorithm = algorithm };

    private static Client Named(Guid ident, string name, string tenant) => new() { Ident = ident, Name = name, TenantName = tenant, RedirectUrls = [] };
}
