using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>
/// Two clusters over one storage: every grain has two activations, each convinced of being the only one. What holds here holds while
/// Orleans' membership changes, and when a silo that was paused wakes up.
/// </summary>
internal sealed class TwoClusters : IAsyncDisposable
{
    public const string Tenant = "cheese";
    public const string Secret = "test";

    public static readonly MintTerms Terms = new() { PublicDomain = "localhost", AccessTokenLife = TimeSpan.FromHours(2), RefreshTokenLife = TimeSpan.FromDays(30) };

    private int _number;

    private TwoClusters(ClusterFixture first, ClusterFixture second) => (First, Second) = (first, second);

    public ClusterFixture First { get; }

    public ClusterFixture Second { get; }

    /// <summary>Starts both.</summary>
    /// <param name="services">More services for the silos.</param>
    /// <param name="ahead">How far the clock of the second one is ahead; null for one clock.</param>
    public static async Task<TwoClusters> Start(Action<IServiceCollection>? services = null, TimeSpan? ahead = null)
    {
        var first = new ClusterFixture { Silos = 1, Services = services };
        var clock = ahead is { } by ? new FakeTimeProvider(The.Instant + by) : first.Clock;
        var second = new ClusterFixture { Silos = 1, Storage = first.Storage, Clock = clock, Services = services };
        await first.InitializeAsync();
        await second.InitializeAsync();
        var catalog = first.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);
        var other = SomeCatalog.Client(2, Tenant);
        foreach (var change in SomeCatalog.Load([SomeCatalog.Tenant(Tenant)], [SomeCatalog.Client(1, Tenant), other, DeviceClient(3), DeviceClient(4)]))
        {
            await catalog.Publish(change, default);
        }

        await ClusterFixture.Until(() => first.Of<CatalogEntries>(0).Client(SomeCatalog.Ident(4)) is not null && second.Of<CatalogEntries>(0).Client(SomeCatalog.Ident(4)) is not null
            && first.Of<CatalogEntries>(0).IsLoaded && second.Of<CatalogEntries>(0).IsLoaded);
        return new TwoClusters(first, second);
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }

    /// <summary>One of the two, in turn.</summary>
    public ClusterFixture Any() => Interlocked.Increment(ref _number) % 2 == 0 ? First : Second;

    /// <summary>A client whose devices may wait for a person.</summary>
    public static ClientEntry DeviceClient(int number)
    {
        var entry = SomeCatalog.Client(number, Tenant, "device");
        return entry with { Client = entry.Client with { GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken], DeviceGrant = new DeviceGrantSettings() } };
    }

    /// <summary>Changes the catalog, and waits until both silos know.</summary>
    public async Task Publish(CatalogChange change, Func<CatalogEntries, bool> isKnown)
    {
        await PublishToFirst(change, isKnown);
        await ClusterFixture.Until(() => isKnown(Second.Of<CatalogEntries>(0)));
    }

    /// <summary>Changes the catalog, and waits until the first silo knows, which is told at once; the other one asks by itself.</summary>
    public async Task PublishToFirst(CatalogChange change, Func<CatalogEntries, bool> isKnown)
    {
        await First.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Publish(change, default);
        await ClusterFixture.Until(() => isKnown(First.Of<CatalogEntries>(0)));
    }

    public static ClientProof Proof(int client = 1, string secret = Secret) =>
        new() { ClientId = SomeCatalog.Ident(client).ToString(), Kind = ClientProofKind.Post, Secret = secret };

    public static GrantFacts Facts(string? sid = null) => new()
    {
        Tenant = Tenant,
        Client = SomeCatalog.Ident(1),
        ClientId = SomeCatalog.Ident(1).ToString(),
        Sid = sid,
        Subject = "ada",
        Scopes = ["email", "openid"],
        AuthTime = The.Instant,
    };

    public static IssueCode Issue(GrantFacts? facts = null) => new()
    {
        Facts = facts ?? Facts(),
        RedirectUri = "https://client-1.example.test/callback",
        Life = TimeSpan.FromSeconds(60),
    };

    public static RedeemCode Redeem(int client = 1) => new() { Client = Proof(client), RedirectUri = "https://client-1.example.test/callback", Terms = Terms };

    public static RefreshGrant Refresh(string secret, int client = 1) => new() { Client = Proof(client), Secret = secret, Terms = Terms };

    /// <summary>A code that was issued.</summary>
    public async Task<string> Code(GrantFacts? facts = null)
    {
        var key = Digests.KeyOf(Guid.NewGuid().ToString());
        if (!await First.Grains.GetGrain<IAuthorizationCodeGrain>(key).Issue(Issue(facts), default))
        {
            throw new InvalidOperationException("The code was taken.");
        }

        return key;
    }

    /// <summary>Grant id and secret of the first refresh token of a new grant.</summary>
    public async Task<(string GrantId, string Secret)> Grant(GrantFacts? facts = null)
    {
        var outcome = await First.Grains.GetGrain<IAuthorizationCodeGrain>(await Code(facts)).Redeem(Redeem(), default);
        return RefreshTokenText.Split(((TokenOutcome.Issued)outcome).Tokens.RefreshToken!)!.Value;
    }

    /// <summary>What became of a call; null when it failed, which gives nobody anything.</summary>
    public static async Task<TokenOutcome?> Try(Func<Task<TokenOutcome>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>The standard's code of a refusal.</summary>
    public static string ErrorOf(TokenOutcome outcome) => ((TokenOutcome.Refused)outcome).Error.Error;

    public static bool IsInvalidGrant(TokenOutcome outcome) => outcome is TokenOutcome.Refused(var error) && error.Error == OAuthErrors.InvalidGrant;
}
