using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Grains.Tests.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Catalog;

/// <summary>A silo that has joined its cluster and not read the catalog yet is given grains all the same; nobody may be refused for that.</summary>
public sealed class FreshSiloTests : IAsyncLifetime
{
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClusterFixture _first = new() { Silos = 1 };
    private ClusterFixture _fresh = null!;

    public async ValueTask InitializeAsync()
    {
        _fresh = new ClusterFixture { Silos = 1, Storage = _first.Storage, Clock = _first.Clock };
        await _first.InitializeAsync();
        var catalog = _first.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);
        foreach (var change in SomeCatalog.Load([SomeCatalog.Tenant(TwoClusters.Tenant)], [SomeCatalog.Client(1, TwoClusters.Tenant)]))
        {
            await catalog.Publish(change, default);
        }

        await ClusterFixture.Until(() => _first.Of<CatalogEntries>(0).IsLoaded);

        // From here on nobody can read the catalog from storage, and the fresh silo has nothing else.
        _first.Storage.Before = (_, grain) => grain == catalog.GetGrainId() ? _known.Task : Task.CompletedTask;
        await _fresh.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _known.TrySetResult();
        await _first.DisposeAsync();
        await _fresh.DisposeAsync();
    }

    [Fact]
    public async Task a_code_is_redeemed_at_a_silo_that_has_just_joined_and_not_read_the_catalog()
    {
        var code = Digests.KeyOf("a code");
        await _first.Grains.GetGrain<IAuthorizationCodeGrain>(code).Issue(TwoClusters.Issue(), default);

        var outcome = await OnceKnown(_fresh.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default));

        Assert.IsType<TokenOutcome.Issued>(outcome);
    }

    [Fact]
    public async Task a_grant_is_opened_at_a_silo_that_has_just_joined_and_not_read_the_catalog()
    {
        var outcome = await OnceKnown(_fresh.Grains.GetGrain<IGrantGrain>("a-grant").Open(
            new OpenGrant { Facts = TwoClusters.Facts(), Resources = [], WithRefreshToken = true, Terms = TwoClusters.Terms }, default));

        Assert.IsType<TokenOutcome.Issued>(outcome);
    }

    [Fact]
    public async Task a_client_proves_itself_at_a_silo_that_has_just_joined_and_not_read_the_catalog()
    {
        var proof = TwoClusters.Proof();

        Assert.IsType<ClientVerdict.Proven>(await OnceKnown(_fresh.Grains.GetGrain<IClientAuthenticationGrain>(proof.ClientId).Authenticate(proof, default)));
    }

    /// <summary>What reaches the catalog through its constructor and refuses who is not in it says so; the others have an answer of their own for a catalog not read.</summary>
    [Fact]
    public void every_grain_that_refuses_for_the_catalog_waits_for_it()
    {
        Type[] doors = [typeof(ClientAuthenticator), typeof(GrantWorkshop), typeof(TokenMint), typeof(ProviderScripts)];
        var needing = typeof(CatalogGrain).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && type.IsAssignableTo(typeof(Grain)))
            .Where(type => type.GetConstructors().Any(maker => maker.GetParameters().Any(parameter => doors.Contains(parameter.ParameterType))))
            .ToList();

        Assert.True(needing.Count >= 7, $"{needing.Count} grains read the catalog");
        Assert.DoesNotContain(needing, static type => type.GetMethod(nameof(Grain.OnActivateAsync))!.DeclaringType != type);
    }

    /// <summary>The answer of a call that begins while the silo does not know the catalog, which it then learns.</summary>
    private async Task<T> OnceKnown<T>(Task<T> call)
    {
        await Task.WhenAny(call, Task.Delay(_moment, TestContext.Current.CancellationToken));
        Assert.False(_fresh.Of<CatalogEntries>(0).IsLoaded, "the silo knew the catalog from the beginning");
        _known.SetResult();
        return await call.WaitAsync(_long, TestContext.Current.CancellationToken);
    }
}
