using System.Net;
using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

public sealed class NetworkRulesTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64")]
    [InlineData("2001:0DB8:0001:0002:0:0:0:1", "2001:db8:1:2::/64")]
    [InlineData("fe80::1%7", "fe80::/64")]
    [InlineData("::1", "::/64")]
    [Trait("Attack", "36")]
    public void every_address_of_one_subscriber_is_one_network(string address, string network) =>
        Assert.Equal(network, NetworkRules.Normalise(IPAddress.Parse(address)));

    [Fact]
    public void neighbours_are_counted_apart() =>
        Assert.NotEqual(
            NetworkRules.Normalise(IPAddress.Parse("2001:db8:1:2::1")),
            NetworkRules.Normalise(IPAddress.Parse("2001:db8:1:3::1")));
}
