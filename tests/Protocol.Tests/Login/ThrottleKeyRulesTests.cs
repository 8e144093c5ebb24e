using System.Collections.Immutable;
using System.Net;
using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

public sealed class ThrottleKeyRulesTests
{
    /// <summary>The name key of the vectors in <c>DerivedKeyRulesTests</c>.</summary>
    private static readonly ImmutableArray<byte> _nameKey = [.. Convert.FromHexString("fd60369c04d7fb62eb6438ebbd2825e2649eb75d6f0c418a80bd5bdbc63146c0")];

    [Fact]
    public void a_key_is_tenant_kind_and_keyed_hash()
    {
        var key = ThrottleKeyRules.User("cheese/cheese", _nameKey, "Test@Example.com");

        // Computed with another implementation of HMAC-SHA-256.
        Assert.Equal("cheese/cheese|user|d5e0d42342c8015edb8cf254fa60a18be0a93a84129f444bb3885363e42d01d6", key);
    }

    [Fact]
    [Trait("Attack", "36")]
    public void spelling_does_not_split_a_counter()
    {
        var key = ThrottleKeyRules.User("t", _nameKey, "admin");

        Assert.Equal(key, ThrottleKeyRules.User("t", _nameKey, " ADMIN\u200b"));
        Assert.Equal(
            ThrottleKeyRules.Network("t", _nameKey, IPAddress.Parse("203.0.113.7")),
            ThrottleKeyRules.Network("t", _nameKey, IPAddress.Parse("::ffff:203.0.113.7")));
    }

    [Fact]
    [Trait("Attack", "36")]
    public void a_known_browser_has_a_counter_of_its_own_for_each_name()
    {
        string[] keys =
        [
            ThrottleKeyRules.User("t", _nameKey, "alice"),
            ThrottleKeyRules.Device("t", _nameKey, "alice", "device-1"),
            ThrottleKeyRules.Device("t", _nameKey, "alice", "device-2"),
            ThrottleKeyRules.Device("t", _nameKey, "bob", "device-1"),
            ThrottleKeyRules.User("u", _nameKey, "alice"),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    [Trait("Attack", "26")]
    public void what_a_client_does_is_counted_per_client_and_network()
    {
        var (client, address) = (Guid.Parse("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a11"), IPAddress.Parse("203.0.113.7"));
        string[] keys =
        [
            ThrottleKeyRules.DeviceStart("t", _nameKey, client, address),
            ThrottleKeyRules.DeviceStart("t", _nameKey, Guid.Parse("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a12"), address),
            ThrottleKeyRules.DeviceStart("t", _nameKey, client, IPAddress.Parse("198.51.100.7")),
            ThrottleKeyRules.PushedRequest("t", _nameKey, client, address),
            ThrottleKeyRules.ClientSecret("t", _nameKey, client, address),
            ThrottleKeyRules.UserCodeOfNetwork("t", _nameKey, address),
            ThrottleKeyRules.Network("t", _nameKey, address),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], ThrottleKeyRules.DeviceStart("t", _nameKey, client, IPAddress.Parse("::ffff:203.0.113.7")));
    }

    [Fact]
    [Trait("Attack", "45")]
    public void a_key_shows_neither_name_nor_address()
    {
        Assert.DoesNotContain("alice", ThrottleKeyRules.Device("t", _nameKey, "alice", "device-1"), StringComparison.Ordinal);
        Assert.DoesNotContain("203", ThrottleKeyRules.Network("t", _nameKey, IPAddress.Parse("203.0.113.7")).Split('|')[0], StringComparison.Ordinal);
        Assert.NotEqual(ThrottleKeyRules.User("t", _nameKey, "alice"), ThrottleKeyRules.User("t", [1, 2, 3], "alice"));
    }

    [Theory]
    [InlineData("t|user|00", ThrottleKind.User)]
    [InlineData("t|network|00", ThrottleKind.Network)]
    [InlineData("t|device|00", ThrottleKind.Device)]
    [InlineData("t|user-code|00", ThrottleKind.UserCode)]
    [InlineData("t|device-start|00", ThrottleKind.DeviceStart)]
    [InlineData("t|pushed-request|00", ThrottleKind.PushedRequest)]
    [InlineData("t|client-secret|00", ThrottleKind.ClientSecret)]
    [InlineData("a|network|user|00", ThrottleKind.User)]
    [InlineData("network", ThrottleKind.User)]
    [InlineData("", ThrottleKind.User)]
    public void the_kind_is_read_from_the_key_and_doubt_is_strict(string key, ThrottleKind kind) =>
        Assert.Equal(kind, ThrottleKeyRules.KindOf(key));
}
