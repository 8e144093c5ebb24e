using System.Collections.Immutable;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>Codes and tokens that were never given: anybody can make up any number of them, and none of them stays in a silo's memory.</summary>
[Trait("Attack", "46")]
public sealed class StrayNamesTests : IAsyncLifetime
{
    private const int Strays = 50;

    private TwoClusters _clusters = null!;

    public static TheoryData<string> Ways => ["code", "refresh", "introspect", "revoke", "device", "pushed-request"];

    public async ValueTask InitializeAsync() => _clusters = await TwoClusters.Start();

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Theory, MemberData(nameof(Ways))]
    public async Task codes_and_tokens_that_strangers_make_up_do_not_stay_in_memory(string way)
    {
        for (var stray = 0; stray < Strays; stray++)
        {
            await Ask(way, $"stray-{stray}");
        }

        await ClusterFixture.Until(async () =>
        {
            _clusters.First.Clock.Advance(TimeSpan.FromSeconds(1));
            return await Activations() == 0;
        });
    }

    [Fact]
    public async Task a_hundred_requests_with_one_code_nobody_gave_are_all_refused()
    {
        for (var round = 0; round < 5; round++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(Digests.KeyOf("stray")).Redeem(TwoClusters.Redeem(), default)));

            Assert.All(outcomes, static outcome => Assert.IsType<TokenOutcome.Refused>(outcome));
        }
    }

    [Fact]
    public async Task a_code_that_was_given_stays_for_its_client()
    {
        var code = await _clusters.Code();

        await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(client: 2), default);

        Assert.IsType<TokenOutcome.Issued>(await _clusters.First.Grains.GetGrain<IAuthorizationCodeGrain>(code).Redeem(TwoClusters.Redeem(), default));
    }

    private async Task Ask(string way, string name)
    {
        var (grains, key) = (_clusters.First.Grains, Digests.KeyOf(name));
        switch (way)
        {
            case "code":
                Assert.IsType<TokenOutcome.Refused>(await grains.GetGrain<IAuthorizationCodeGrain>(key).Redeem(TwoClusters.Redeem(), default));
                break;
            case "refresh":
                Assert.IsType<TokenOutcome.Refused>(await grains.GetGrain<IGrantGrain>(key).Refresh(TwoClusters.Refresh("secret"), default));
                break;
            case "introspect":
                Assert.Null(await grains.GetGrain<IGrantGrain>(key).Inspect("secret", default));
                break;
            case "revoke":
                Assert.Null(await grains.GetGrain<IGrantGrain>(key).EndByToken("secret", SomeCatalog.Ident(1), TwoClusters.Tenant, The.Instant, default));
                break;
            case "device":
                Assert.IsType<TokenOutcome.Refused>(await grains.GetGrain<IDeviceGrain>(key).Poll(new PollDevice { Client = TwoClusters.Proof(3), Terms = TwoClusters.Terms }, default));
                break;
            default:
                Assert.Null(await grains.GetGrain<IPushedRequestGrain>(key).Look(SomeCatalog.Ident(1), default));
                break;
        }
    }

    private async Task<int> Activations()
    {
        ImmutableArray<string> kinds = ["AuthorizationCodeGrain", "GrantGrain", "DeviceGrain", "PushedRequestGrain"];
        var counts = await _clusters.First.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return counts.Where(count => kinds.Any(kind => count.GrainType.Contains(kind, StringComparison.Ordinal))).Sum(static count => count.ActivationCount);
    }
}
