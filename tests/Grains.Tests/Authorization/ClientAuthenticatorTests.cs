using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Authorization;

/// <summary>Signed assertions at two silos with one storage (RFC 7523 §3).</summary>
[Trait("Attack", "27")]
[Trait("Standard", "RFC 7523")]
public sealed class ClientAuthenticatorTests : IAsyncLifetime
{
    private const string Tenant = "assertions";
    private const string Secret = "a-secret-to-sign-with-and-long-enough-0123456789";
    private const string Issuer = "https://assertions.test";

    private readonly ClusterFixture _fixture = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        var catalog = _fixture.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var jwks = $$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X!)}}","y":"{{Base64Url.EncodeToString(point.Y!)}}"}]}""";
        var secrets = new KeySecrets([], [[.. _fixture.Settings.KeyEncryptionSecret!.RevealBytes()]]);
        var sealedSecret = SealRules.SealAlike(secrets, new SealLabel(SealLabel.ClientSecret, Tenant, SomeCatalog.Ident(2).ToString("D")), Encoding.UTF8.GetBytes(Secret));
        ClientEntry[] clients =
        [
            Proven(SomeCatalog.Client(1, Tenant), ClientAuthenticationMethods.PrivateKeyJwt, jwks),
            Proven(SomeCatalog.Client(2, Tenant), ClientAuthenticationMethods.SecretJwt, null) with { SealedSecret = [.. sealedSecret] },
            Proven(SomeCatalog.Client(3, Tenant), ClientAuthenticationMethods.SecretJwt, null) with { SealedSecret = [1, 2, 3] },
        ];
        foreach (var change in SomeCatalog.Load([SomeCatalog.Tenant(Tenant)], clients))
        {
            await catalog.Publish(change, default);
        }

        await ClusterFixture.Until(() => Enumerable.Range(0, 2).All(silo => _fixture.Of<CatalogEntries>(silo) is { IsLoaded: true } mirror && mirror.Client(SomeCatalog.Ident(3)) is not null));
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task an_assertion_signed_with_the_key_or_the_secret_proves_its_client_once()
    {
        var (byKey, bySecret) = (Signed(1), Mac(2));

        Assert.IsType<ClientVerdict.Proven>(await Ask(1, byKey));
        Assert.IsType<ClientVerdict.Proven>(await Ask(2, bySecret));
        Assert.Equal("invalid_client", Assert.IsType<ClientVerdict.Refused>(await Ask(1, byKey)).Error.Error);
        Assert.Equal("invalid_client", Assert.IsType<ClientVerdict.Refused>(await Ask(2, bySecret)).Error.Error);
    }

    [Fact]
    public async Task of_a_hundred_uses_of_one_assertion_one_wins()
    {
        var assertion = Signed(1);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Ask(1, assertion)));

        Assert.Single(verdicts.OfType<ClientVerdict.Proven>());
    }

    [Fact]
    public async Task nothing_is_stored_for_who_proved_nothing()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var before = Proofs();

        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<ClientVerdict.Refused>(await Ask(1, Signed(1, stranger)));
            Assert.IsType<ClientVerdict.Refused>(await Ask(1, Mac(1)));
            Assert.IsType<ClientVerdict.Refused>(await Ask(9, Signed(9)));
            Assert.IsType<ClientVerdict.Refused>(await Ask(1, Signed(1, audience: "https://elsewhere.test")));
        }

        Assert.Equal(before, Proofs());
    }

    [Fact]
    public async Task an_old_assertion_is_refused_by_the_clock_of_the_grains()
    {
        var assertion = Signed(1);
        _fixture.Clock.Advance(TimeSpan.FromSeconds(91));

        Assert.Equal("The client assertion is expired.", Assert.IsType<ClientVerdict.Refused>(await Ask(1, assertion)).Error.Description);
        Assert.IsType<ClientVerdict.Proven>(await Ask(1, Signed(1)));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_secret_that_does_not_open_and_a_storage_that_fails_prove_nobody()
    {
        Assert.Equal(503, Assert.IsType<ClientVerdict.Refused>(await Ask(3, Mac(3))).Error.Status);

        _fixture.Storage.Before = static (_, grain) => grain.Type.ToString() == "proof" ? throw new InvalidOperationException("The storage is away.") : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<Exception>(() => Ask(1, Signed(1)));
        _fixture.Storage.Before = null;
    }

    private static ClientEntry Proven(ClientEntry entry, string method, string? jwks) =>
        entry with { Client = entry.Client with { AuthenticationMethod = method, JwksJson = jwks, IsConfidential = true } };

    private int Proofs() => _fixture.Storage.Records.Keys.Count(static key => key.Contains("proof", StringComparison.Ordinal));

    private Task<ClientVerdict> Ask(int client, string assertion) => _fixture.Grains.GetGrain<IClientAuthenticationGrain>(SomeCatalog.Ident(client).ToString("D")).Authenticate(
        new ClientProof { ClientId = SomeCatalog.Ident(client).ToString("D"), Kind = ClientProofKind.Assertion, Assertion = assertion, Audiences = [Issuer] }, default);

    private string Signed(int client, ECDsa? key = null, string audience = Issuer)
    {
        var input = Input("""{"alg":"ES256"}""", client, audience);
        return $"{input}.{Base64Url.EncodeToString((key ?? _key).SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    private string Mac(int client)
    {
        var input = Input("""{"alg":"HS256"}""", client, Issuer);
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(input)))}";
    }

    private string Input(string header, int client, string audience)
    {
        var id = SomeCatalog.Ident(client).ToString("D");
        var claims = new Dictionary<string, object>
        {
            ["iss"] = id,
            ["sub"] = id,
            ["aud"] = audience,
            ["exp"] = _fixture.Clock.GetUtcNow().AddSeconds(60).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString(),
        };
        return $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
    }
}
