using System.Collections.Immutable;
using System.Net;
using System.Text;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Authorization;

[Trait("Standard", "RFC 7523")]
public sealed class ClientKeysTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly ClientKeys.Source _source = new();
    private readonly List<TaskCompletionSource<ImmutableArray<ClientKey>?>> _fetches = [];

    [Fact]
    public async Task keys_are_fetched_once_however_many_ask_at_the_same_time()
    {
        var answers = Enumerable.Range(0, 50).Select(_ => Ask("a", _now)).ToList();
        await Fetches(1);
        _fetches[0].SetResult(Keys("a"));

        Assert.All(await Task.WhenAll(answers), static keys => Assert.Equal("a", Assert.Single(keys!.Value).KeyId));
        await Ask("a", _now.AddMinutes(14));
        Assert.Single(_fetches);
    }

    [Fact]
    public async Task an_unknown_key_id_leads_to_one_fetch_a_minute()
    {
        await Fetch("a", _now, Keys("a"));

        Assert.Equal("a", Assert.Single((await Ask("b", _now.AddSeconds(59)))!.Value).KeyId);
        Assert.Single(_fetches);
        Assert.Equal(["a", "b"], (await Fetch("b", _now.AddSeconds(61), Keys("a", "b")))!.Value.Select(static key => key.KeyId));
        Assert.Equal(2, _fetches.Count);
    }

    [Fact]
    public async Task keys_that_are_too_old_are_fetched_again_and_never_used_when_that_fails()
    {
        await Fetch("a", _now, Keys("a"));

        Assert.Null(await Fetch("a", _now.AddMinutes(16), null));
        Assert.Null(await Ask("a", _now.AddMinutes(16).AddSeconds(4)));
        Assert.Equal(2, _fetches.Count);
        Assert.NotNull(await Fetch("a", _now.AddMinutes(16).AddSeconds(6), Keys("a")));
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("64:ff9b::10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    [Trait("Attack", "42")]
    public void an_address_of_a_client_leads_into_no_private_network_unless_the_tenant_names_it(string address)
    {
        var (closed, scripts) = (EgressRules.OfClients(ScriptSettings.Default, loopback: false), EgressRules.Of(ScriptSettings.Default, loopback: false));
        var named = EgressRules.OfClients(new ScriptSettings { AllowedHosts = ["keys.corp.test"] }, loopback: false);
        var parsed = IPAddress.Parse(address);
        var isPrivate = address is not ("169.254.169.254" or "127.0.0.1");

        Assert.False(closed.MayConnect("keys.corp.test", 443, parsed));
        Assert.False(named.MayConnect("other.corp.test", 443, parsed));
        Assert.Equal(isPrivate, named.MayConnect("keys.corp.test", 443, parsed));
        Assert.Equal(isPrivate, scripts.MayConnect("keys.corp.test", 443, parsed));
        Assert.True(closed.MayConnect("keys.example.com", 443, IPAddress.Parse("203.0.113.7")));
    }

    private async Task<ImmutableArray<ClientKey>?> Fetch(string keyId, DateTimeOffset now, ImmutableArray<ClientKey>? answer)
    {
        var before = _fetches.Count;
        var asking = Ask(keyId, now);
        await Fetches(before + 1);
        _fetches[before].SetResult(answer);
        return await asking;
    }

    private Task<ImmutableArray<ClientKey>?> Ask(string keyId, DateTimeOffset now) => _source.Read(keyId, now, () =>
    {
        var fetch = new TaskCompletionSource<ImmutableArray<ClientKey>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_fetches)
        {
            _fetches.Add(fetch);
        }

        return fetch.Task;
    });

    private async Task Fetches(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            lock (_fetches)
            {
                if (_fetches.Count >= count)
                {
                    return;
                }
            }

            await Task.Delay(5, patience.Token);
        }
    }

    private static ImmutableArray<ClientKey>? Keys(params string[] ids) => ClientKeySet.Read(Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', ids.Select(static id =>
        $$"""{"kty":"EC","crv":"P-256","kid":"{{id}}","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"""))}}]}"""));
}
