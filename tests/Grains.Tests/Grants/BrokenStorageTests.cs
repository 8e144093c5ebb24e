using System.Collections.Concurrent;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Xunit;
using Xunit.Sdk;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>
/// The test of the tests of single use: on a storage that takes every write, whatever the record was, two win, and the judge says so. It also shows what
/// single use rests on.
/// </summary>
public sealed class BrokenStorageTests : IAsyncLifetime
{
    private TwoClusters _clusters = null!;

    public async ValueTask InitializeAsync()
    {
        _clusters = await TwoClusters.Start();
        _clusters.First.Storage.IgnoresETags = true;
    }

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Fact]
    public Task two_redemptions_of_one_code_are_caught() => IsCaught(async () =>
    {
        var code = await _clusters.Code();
        WritesMeet();

        Winners.AtMostOne(await Both(cluster => cluster.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default)));
    });

    [Fact]
    public Task two_successors_of_one_refresh_token_are_caught() => IsCaught(async () =>
    {
        var (grantId, secret) = await _clusters.Grant();
        WritesMeet();

        Winners.AtMostOneLineage(await Both(cluster => cluster.Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default)));
    });

    [Fact]
    public Task two_takers_of_one_pushed_request_are_caught() => IsCaught(async () =>
    {
        var key = Digests.KeyOf(Guid.NewGuid().ToString());
        var request = new PushedRequest { Tenant = TwoClusters.Tenant, Client = Guid.NewGuid(), Parameters = [] };
        await _clusters.First.Grains.GetGrain<IPushedRequestGrain>(key).Push(request, TimeSpan.FromSeconds(60), default);
        WritesMeet();

        Winners.AtMostOne(await Both(cluster => cluster.Grains.GetGrain<IPushedRequestGrain>(key).Take(request.Client, default)));
    });

    private async Task IsCaught(Func<Task> round)
    {
        await Assert.ThrowsAnyAsync<XunitException>(round);

        // The same round on a storage that compares is none.
        _clusters.First.Storage.IgnoresETags = false;
        _clusters.First.Storage.Before = null;
        await round();
    }

    /// <summary>Both activations of every grain have read before either writes: of the code, and of the grant it becomes. Where storage compares, the loser writes nothing more.</summary>
    private void WritesMeet()
    {
        var meetings = new ConcurrentDictionary<GrainId, Rendezvous>();
        if (_clusters.First.Storage.IgnoresETags)
        {
            _clusters.First.Storage.Before = (call, id) => call == StorageCall.Write ? meetings.GetOrAdd(id, static _ => new Rendezvous(2)).Arrive() : Task.CompletedTask;
        }
    }

    private Task<T[]> Both<T>(Func<ClusterFixture, Task<T>> call) => Task.WhenAll(call(_clusters.First), call(_clusters.Second));
}
