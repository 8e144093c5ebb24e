using Microsoft.Extensions.DependencyInjection;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Grains.Tests.Grants;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;
using Xunit.Sdk;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

/// <summary>
/// Access and ID tokens are issued by two silos for months, while the ring rotates on command and by its schedule. Applications verify them by copies of the
/// key set as old as they may be: kept for the hour <c>jwks.json</c> allows, from a gateway that had not asked for five minutes.
/// </summary>
public sealed class PublishedKeysTests
{
    private const int Number = 11;

    private static readonly TimeSpan _keptFor = TimeSpan.FromMinutes(65);
    private static readonly TimeSpan _command = TimeSpan.FromDays(30);

    /// <summary>90 days after the commanded successor began to sign, less the two hours it is announced.</summary>
    private static readonly TimeSpan _schedule = TimeSpan.FromDays(120);

    [Theory]
    [InlineData(SigningAlgorithm.ES256, null)]
    [InlineData(SigningAlgorithm.RS256, null)]
    [InlineData(SigningAlgorithm.ES256, SigningAlgorithm.RS256)]
    [Trait("Contract", "http 32")]
    [Trait("Contract", "http 54")]
    [Trait("Contract", "http 55")]
    [Trait("Invariant", "6")]
    public async Task every_token_verifies_by_every_key_set_an_application_may_still_keep_and_until_it_expires(SigningAlgorithm algorithm, SigningAlgorithm? chosen)
    {
        await using var clusters = await TwoClusters.Start();

        var kids = await Live(clusters, algorithm, chosen);

        Assert.Equal(chosen is null ? 3 : 6, kids.Count);
    }

    [Fact]
    public async Task one_answer_holds_an_access_token_by_the_tenants_algorithm_and_an_id_token_by_the_clients()
    {
        await using var clusters = await TwoClusters.Start();
        var tenant = await Open(clusters, SigningAlgorithm.ES256, ClientTokenLives.Default, SigningAlgorithm.RS256);

        var tokens = await Issue(clusters, tenant);

        Assert.Equal(["ES256", "RS256"], tokens.Select(static token => Tokens.Header(token).GetProperty("alg").GetString()));
        var keys = (await Ring(clusters.Any(), tenant).Read(SigningAlgorithm.ES256, default)).SigningKeys;
        Assert.All(tokens, token => Assert.True(Tokens.Verify(token, keys)));
        Assert.All(keys, static key => Assert.Equal(SigningKeyStage.Active, key.Stage));
    }

    /// <summary>Keys are never given up by a mistake: forward-auth asks for the tenant's algorithm alone, and the other stays.</summary>
    [Fact]
    public async Task a_key_a_client_chose_stays_until_no_client_chooses_it()
    {
        await using var clusters = await TwoClusters.Start();
        var tenant = await Open(clusters, SigningAlgorithm.ES256, ClientTokenLives.Default, SigningAlgorithm.RS256);
        var token = (await Issue(clusters, tenant))[1];

        clusters.First.Clock.Advance(TimeSpan.FromHours(2));
        var meanwhile = await Ring(clusters.Any(), tenant).Read(SigningAlgorithm.ES256, default);
        await Open(clusters, SigningAlgorithm.ES256, ClientTokenLives.Default);
        await ClusterFixture.Until(() => new[] { clusters.First, clusters.Second }.All(static cluster => cluster.Of<CatalogEntries>(0).Client(SomeCatalog.Ident(Number))!.Client.IdTokenAlgorithm is null));
        await Ring(clusters.Any(), tenant).Read(SigningAlgorithm.ES256, default);
        clusters.First.Clock.Advance(TimeSpan.FromHours(2));
        var after = await Ring(clusters.Any(), tenant).Read(SigningAlgorithm.ES256, default);

        Assert.All(meanwhile.SigningKeys, static key => Assert.Equal(SigningKeyStage.Active, key.Stage));
        Assert.Equal(SigningKeyStage.VerifyOnly, Assert.Single(after.SigningKeys, static key => key.Algorithm == SigningAlgorithm.RS256).Stage);
        Assert.True(Tokens.Verify(token, after.SigningKeys));
    }

    [Fact]
    [Trait("Invariant", "6")]
    public async Task a_token_of_the_longest_life_a_client_may_be_given_verifies_until_it_expires_although_its_key_is_replaced()
    {
        await using var clusters = await TwoClusters.Start();
        var tenant = await Open(clusters, SigningAlgorithm.ES256, ClientTokenLives.Default with { AccessToken = ClientTokenLives.MostAccess });
        await Issue(clusters, tenant);
        await Ring(clusters.First, tenant).Rotate(SigningAlgorithm.ES256, default);
        clusters.First.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        var token = (await Issue(clusters, tenant))[0];

        // All the while others are signed and verified, which tends the ring.
        for (var passed = TimeSpan.Zero; passed < ClientTokenLives.MostAccess - TimeSpan.FromHours(1); passed += TimeSpan.FromDays(1))
        {
            Assert.True(Tokens.Verify(token, (await Ring(clusters.Any(), tenant).Read(SigningAlgorithm.ES256, default)).SigningKeys), $"after {passed}");
            clusters.First.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        }

        Assert.NotEqual(Tokens.Kid(token), Tokens.Kid((await Issue(clusters, tenant))[0]));
    }

    /// <summary>The test of the test: a ring that announces nothing gives tokens whose key nobody knows yet.</summary>
    [Fact]
    public async Task a_ring_that_announces_nothing_is_caught()
    {
        await using var clusters = await TwoClusters.Start(static services =>
            services.AddSingleton(KeyRingPolicy.For(TimeSpan.FromDays(7)) with { AnnounceFor = TimeSpan.Zero }));

        await Assert.ThrowsAnyAsync<XunitException>(() => Live(clusters, SigningAlgorithm.ES256));
    }

    private static async Task<HashSet<string>> Live(TwoClusters clusters, SigningAlgorithm algorithm, SigningAlgorithm? chosen = null)
    {
        var (clock, start, tenant) = (clusters.First.Clock, clusters.First.Clock.GetUtcNow(), await Open(clusters, algorithm, ClientTokenLives.Default, chosen));
        SigningAlgorithm[] used = chosen is { } other ? [algorithm, other] : [algorithm];
        var (copies, living, kids, isCommanded) = (new List<(DateTimeOffset At, PublicSigningKey[] Keys)>(), new List<(string Token, DateTimeOffset Until)>(), new HashSet<string>(), false);
        while (clock.GetUtcNow() - start is var age && age < _schedule + TimeSpan.FromDays(20))
        {
            if (age >= _command && !isCommanded)
            {
                isCommanded = true;
                foreach (var one in used)
                {
                    await Ring(clusters.Any(), tenant).Rotate(one, default);
                }
            }

            foreach (var gateway in (ClusterFixture[])[clusters.First, clusters.Second])
            {
                copies.Add((clock.GetUtcNow(), [.. (await Read(gateway, tenant, used)).SigningKeys]));
            }

            clock.Advance(IsBusy(age) ? TimeSpan.FromMinutes(13) : _keptFor);
            var (now, tokens) = (clock.GetUtcNow(), await Issue(clusters, tenant));
            copies.RemoveAll(copy => copy.At < now - _keptFor);
            Assert.All(copies, copy => Assert.All(tokens, token => Assert.True(Tokens.Verify(token, copy.Keys), $"{algorithm} at {age}: a copy of {copy.At:O} does not know {Tokens.Kid(token)}")));
            kids.UnionWith(tokens.Select(Tokens.Kid));
            living.AddRange(tokens.Select(token => (token, now + TwoClusters.Terms.AccessTokenLife)));
            living.RemoveAll(token => token.Until <= now);
            Assert.All(living, token => Assert.All(copies[^2..], copy => Assert.True(Tokens.Verify(token.Token, copy.Keys))));
            if (!IsBusy(clock.GetUtcNow() - start))
            {
                clock.Advance(Quiet(clock.GetUtcNow() - start));
            }
        }

        return kids;
    }

    /// <summary>As a gateway asks for what it publishes.</summary>
    private static async Task<TenantKeys> Read(ClusterFixture gateway, string tenant, SigningAlgorithm[] used)
    {
        TenantKeys? keys = null;
        foreach (var algorithm in used)
        {
            keys = await Ring(gateway, tenant).Read(algorithm, default);
        }

        return keys!;
    }

    private static async Task<string> Open(TwoClusters clusters, SigningAlgorithm algorithm, ClientTokenLives lives, SigningAlgorithm? chosen = null)
    {
        var tenant = $"keys-{algorithm}";
        var (entry, client) = (SomeCatalog.Tenant(tenant), SomeCatalog.Client(Number, tenant));
        await clusters.Publish(
            new CatalogChange { Tenants = [entry with { Tenant = entry.Tenant with { Algorithm = algorithm } }], Clients = [client with { Client = client.Client with { TokenLives = lives, IdTokenAlgorithm = chosen } }] },
            static entries => entries.Client(SomeCatalog.Ident(Number)) is not null);
        return tenant;
    }

    /// <summary>Around a change of keys every quarter of an hour counts.</summary>
    private static bool IsBusy(TimeSpan age) => IsNear(age, _command) || IsNear(age, _schedule);

    private static bool IsNear(TimeSpan age, TimeSpan change) => age >= change - TimeSpan.FromHours(3) && age < change + TimeSpan.FromHours(6);

    /// <summary>Elsewhere a day may pass, but never into the hours that count.</summary>
    private static TimeSpan Quiet(TimeSpan age) =>
        ((TimeSpan[])[_command, _schedule]).Select(change => change - TimeSpan.FromHours(3) - age).Where(static left => left > TimeSpan.Zero).Append(TimeSpan.FromHours(23)).Min();

    private static IKeyRingGrain Ring(ClusterFixture cluster, string tenant) => cluster.Grains.GetGrain<IKeyRingGrain>(tenant);

    private static async Task<string[]> Issue(TwoClusters clusters, string tenant)
    {
        var client = SomeCatalog.Ident(Number);
        var code = await clusters.Code(TwoClusters.Facts() with { Tenant = tenant, Client = client, ClientId = client.ToString(), User = "ada" });
        var outcome = await clusters.Any().Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(Number), default);
        var issued = Assert.IsType<TokenOutcome.Issued>(outcome).Tokens;
        return [issued.AccessToken, issued.IdToken!];
    }
}
