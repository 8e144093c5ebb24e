using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

public sealed class KnownTokensTests
{
    private static readonly TenantGate _gate = new TenantGate.Cache().Of(Some.Cheese);

    private static readonly ClusterOfOneObject _cluster = new();

    [Fact]
    [Trait("Attack", "12")]
    public void any_number_of_tokens_takes_bounded_memory()
    {
        var known = new KnownTokens(capacity: 100);

        for (var i = 0; i < 10_000; i++)
        {
            known.Put($"token-{i}", Token());
            Assert.True(known.Count <= 200);
        }
    }

    [Fact]
    public void a_token_in_use_survives_others_that_come_once()
    {
        var known = new KnownTokens(capacity: 100);
        var token = known.Put("mine", Token());

        for (var i = 0; i < 1000; i++)
        {
            known.Put($"token-{i}", Token());
            Assert.True(known.TryGet("mine", out var found));
            Assert.Same(token, found);
        }
    }

    [Fact]
    public void tokens_with_the_same_end_are_told_apart()
    {
        var known = new KnownTokens();
        var end = new string('s', 43);
        var a = known.Put("a." + end, Token());

        Assert.True(known.TryGet("a." + end, out var found));
        Assert.Same(a, found);
        Assert.False(known.TryGet("b." + end, out _));
    }

    private static KnownToken Token() => new()
    {
        Gate = _gate,
        Keys = _cluster.KeysOf(Some.Cheese),
        Claims = new IdentityClaims { Subject = "", Tenant = "", User = "", Role = "", Scope = "", AuthTime = The.Instant, ExpiresAt = The.Instant },
        Credential = Credential.Nothing,
        Sid = "",
    };
}
