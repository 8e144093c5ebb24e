using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Authorization;

/// <summary>A silo's yes to a secret is remembered for a moment, and never for longer than the secret is good (decision 0075, attack groups 24 and 36).</summary>
public sealed class ProvenClientsTests : IAsyncLifetime
{
    private const string Secret = "a-secret-of-at-least-thirty-two-bytes";
    private static readonly Guid _ident = Guid.Parse("6f3c7b5e-6c53-4f0e-9d3f-1d4c7b1c2a10");
    private static readonly Client _client = new() { Name = "shop", Ident = _ident, TenantName = "a", RedirectUrls = [], IsConfidential = true };

    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly FakeCluster _cluster;
    private readonly CatalogMirror _mirror;
    private readonly ProvenClients _clients;

    public ProvenClientsTests()
    {
        _cluster = new FakeCluster(_clock);
        _cluster.ClientAuthentication.Client = _client;
        _cluster.ClientAuthentication.Secret = Secret;
        _mirror = new CatalogMirror(_cluster, _clock, NullLogger<CatalogMirror>.Instance);
        _clients = new ProvenClients(_cluster, _mirror, new ServerSettings(), _clock);
    }

    public async ValueTask InitializeAsync()
    {
        _cluster.Catalog.Publish(new Tenant { Name = "a", Hosts = ["a.example.com"] });
        _cluster.Catalog.Publish(_client);
        await _mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => _mirror.Current.ClientCount == 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.StopAsync(CancellationToken.None);
        _mirror.Dispose();
    }

    [Fact]
    public async Task a_client_that_proved_itself_is_not_asked_about_again_for_a_moment()
    {
        await Proven(Basic(Secret));
        await Proven(Basic(Secret));

        Assert.Equal(1, _cluster.ClientAuthentication.Asked);

        _clock.Advance(ProvenClients.Life);
        await Proven(Basic(Secret));

        Assert.Equal(2, _cluster.ClientAuthentication.Asked);
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_wrong_secret_of_a_remembered_client_is_refused_and_never_remembered()
    {
        await Proven(Basic(Secret));

        await Refused(Basic(Secret + "x"));
        await Refused(Basic(Secret + "x"));
        await Refused(Basic(""));

        Assert.Equal(4, _cluster.ClientAuthentication.Asked);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_secret_that_was_exchanged_is_refused_as_soon_as_the_change_is_here_although_nothing_else_of_the_client_changed()
    {
        await Proven(Basic(Secret));

        _cluster.ClientAuthentication.Secret = "another secret of at least 32 bytes!";
        var before = _mirror.Current.Version;
        _cluster.Catalog.Publish(_client);
        await Eventually.Holds(() => _mirror.Current.Version > before);

        await Refused(Basic(Secret));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_catalog_that_begins_anew_ends_what_was_remembered_although_it_comes_by_the_same_number()
    {
        await Proven(Basic(Secret));

        _cluster.ClientAuthentication.Secret = "another secret of at least 32 bytes!";
        var before = _mirror.Current;
        _cluster.Catalog.StartOver(loaded: false);
        _cluster.Catalog.Publish(_client);
        _cluster.Catalog.Publish(new Tenant { Name = "a", Hosts = ["a.example.com"] });
        await Eventually.Holds(() => _mirror.Current != before);

        Assert.Equal(before.Version, _mirror.Current.Version);
        await Refused(Basic(Secret));
    }

    [Fact]
    public async Task a_method_the_client_did_not_prove_itself_by_is_asked_about()
    {
        await Proven(Basic(Secret));

        await Proven(Basic(Secret) with { Kind = ClientProofKind.Post });

        Assert.Equal(2, _cluster.ClientAuthentication.Asked);
    }

    [Fact]
    [Trait("Attack", "27")]
    public async Task an_assertion_is_asked_about_every_time()
    {
        var assertion = new ClientProof { ClientId = _ident.ToString("D"), Kind = ClientProofKind.Assertion, Assertion = "a.b.c" };

        await Proven(assertion);
        await Proven(assertion);

        Assert.Equal(2, _cluster.ClientAuthentication.Asked);
    }

    [Fact]
    public async Task a_public_client_is_never_remembered_with_what_it_sent()
    {
        _cluster.ClientAuthentication.Client = _client with { IsConfidential = false };

        await Proven(Basic(Secret));
        await Proven(Basic(Secret));

        Assert.Equal(2, _cluster.ClientAuthentication.Asked);
    }

    [Fact]
    public async Task a_gateway_that_is_cut_off_asks_and_says_yes_to_nobody_by_heart()
    {
        await Proven(Basic(Secret));
        await _mirror.StopAsync(CancellationToken.None);
        _cluster.Outage = new TimeoutException();

        _clock.Advance(new ServerSettings().StaleLimit + TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => _clients.Authenticate(Basic(Secret), CancellationToken.None).AsTask());
    }

    [Theory]
    [InlineData(ClientProofKind.Post, "0f0e0d0c-0b0a-4908-8706-{0:x12}")]
    [InlineData(ClientProofKind.None, "no-client-{0}")]
    [InlineData(ClientProofKind.Assertion, "{0}")]
    [Trait("Attack", "46")]
    public async Task names_that_strangers_make_up_share_one_worker_instead_of_filling_a_silo(ClientProofKind kind, string name)
    {
        _cluster.ClientAuthentication.Client = null;

        for (var number = 0; number < 20; number++)
        {
            await Refused(new ClientProof { ClientId = string.Format(CultureInfo.InvariantCulture, name, number), Kind = kind, Secret = "guess", Assertion = "a.b.c" });
        }

        Assert.Equal([IClientAuthenticationGrain.Strangers], _cluster.ClientAuthentication.Keys);
    }

    [Fact]
    public async Task a_client_has_one_worker_however_it_spells_itself()
    {
        await Proven(Basic(Secret));
        await Proven(Basic(Secret) with { ClientId = _ident.ToString("D").ToUpperInvariant() });

        Assert.Equal([_ident.ToString("D")], _cluster.ClientAuthentication.Keys);
    }

    private static ClientProof Basic(string secret) => new() { ClientId = _ident.ToString("D"), Kind = ClientProofKind.Basic, Secret = secret };

    private async Task Proven(ClientProof proof) => Assert.IsType<ClientVerdict.Proven>(await _clients.Authenticate(proof, CancellationToken.None));

    private async Task Refused(ClientProof proof) => Assert.IsType<ClientVerdict.Refused>(await _clients.Authenticate(proof, CancellationToken.None));
}
