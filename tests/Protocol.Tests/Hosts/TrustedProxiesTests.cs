using System.Net;
using Uitsmijter.Actors.Protocol.Hosts;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Hosts;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData(null, false, "127.0.0.1", true)]
    [InlineData(null, false, "::1", true)]
    [InlineData(null, false, "10.1.2.3", true)]
    [InlineData(null, false, "172.31.255.255", true)]
    [InlineData(null, false, "172.32.0.1", false)]
    [InlineData(null, false, "192.168.0.1", true)]
    [InlineData(null, false, "fd00::1", true)]
    [InlineData(null, false, "203.0.113.7", false)]
    [InlineData(null, false, "169.254.169.254", false)]
    [InlineData(null, true, "127.0.0.1", true)]
    [InlineData(null, true, "10.1.2.3", false)]
    [InlineData("private", true, "10.1.2.3", true)]
    [InlineData("PRIVATE, 203.0.113.0/24", true, "203.0.113.7", true)]
    [InlineData("203.0.113.7", false, "203.0.113.7", true)]
    [InlineData("203.0.113.7", false, "203.0.113.8", false)]
    [InlineData("203.0.113.7", false, "127.0.0.1", false)]
    [InlineData("10.0.0.0/8", false, "::ffff:10.9.9.9", true)]
    [InlineData("::ffff:10.0.0.0", false, "10.0.0.0", true)]
    [InlineData("10.1.2.3/8", false, "10.200.0.1", true)]
    [InlineData("2001:db8::/32", false, "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", false, "2001:db9::1", false)]
    [InlineData("0.0.0.0/0", false, "198.51.100.1", true)]
    [InlineData("0.0.0.0/0", false, "2001:db8::1", false)]
    [InlineData("::/0", false, "2001:db8::1", true)]
    [InlineData("", false, "127.0.0.1", false)]
    [Trait("Attack", "1")]
    public void a_peer_is_trusted_by_address(string? setting, bool isProduction, string peer, bool expected)
    {
        var proxies = TrustedProxies.Parse(setting, isProduction, out var problems);

        var isTrusted = proxies.Contains(IPAddress.Parse(peer));

        Assert.Equal(expected, isTrusted);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0")]
    [InlineData("traefik")]
    [InlineData("*")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("2001:db8::/129")]
    public void an_entry_that_is_none_trusts_nobody_and_is_named(string entry)
    {
        var proxies = TrustedProxies.Parse($"192.0.2.1 {entry}", isProduction: false, out var problems);

        Assert.Contains($"'{entry}'", Assert.Single(problems), StringComparison.Ordinal);
        Assert.True(proxies.Contains(IPAddress.Parse("192.0.2.1")));
        Assert.False(proxies.Contains(IPAddress.Loopback));
    }

    [Fact]
    public void a_socket_without_addresses_is_nobody()
    {
        var proxies = TrustedProxies.Parse("::/0 0.0.0.0/0", isProduction: false, out _);

        Assert.False(proxies.Contains(null));
    }

    [Theory]
    [InlineData("203.0.113.9", new[] { "1.1.1.1" }, "203.0.113.9")]
    [InlineData("10.0.0.1", new string[0], "10.0.0.1")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9" }, "203.0.113.9")]
    [InlineData("10.0.0.1", new[] { "1.1.1.1, 203.0.113.9, 10.0.0.2" }, "203.0.113.9")]
    [InlineData("10.0.0.1", new[] { "1.1.1.1", "203.0.113.9", "10.0.0.2" }, "203.0.113.9")]
    [InlineData("10.0.0.1", new[] { "10.0.0.3,10.0.0.2" }, "10.0.0.3")]
    [InlineData("::ffff:10.0.0.1", new[] { "::ffff:203.0.113.9" }, "203.0.113.9")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9:4711" }, "203.0.113.9")]
    [InlineData("10.0.0.1", new[] { "[2001:db8::1]:4711" }, "2001:db8::1")]
    [InlineData("10.0.0.1", new[] { "[2001:db8::1]" }, "2001:db8::1")]
    [InlineData("10.0.0.1", new[] { "2001:db8::1" }, "2001:db8::1")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9, unknown, 10.0.0.2" }, "10.0.0.2")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9, " }, "10.0.0.1")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9, 0x0a.0.0.2" }, "10.0.0.1")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9, 10.2" }, "10.0.0.1")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9:99999" }, "10.0.0.1")]
    [InlineData("10.0.0.1", new[] { "203.0.113.9:80\0" }, "10.0.0.1")]
    [InlineData("10.0.0.1", new[] { "fe80::1%eth0" }, "10.0.0.1")]
    [InlineData("10.0.0.1", new[] { "<script>" }, "10.0.0.1")]
    [Trait("Attack", "4")]
    public void the_client_is_the_first_stranger_from_the_right(string peer, string[] forwarded, string expected)
    {
        var trusted = TrustedProxies.Parse("10.0.0.0/8", isProduction: false, out _);

        var client = ForwardedFor.ClientOf(IPAddress.Parse(peer), forwarded, trusted);

        Assert.Equal(IPAddress.Parse(expected), client);
    }

    [Fact]
    [Trait("Attack", "4")]
    public void a_chain_of_ten_thousand_hops_is_not_walked_to_its_end()
    {
        var trusted = TrustedProxies.Parse("10.0.0.0/8", isProduction: false, out _);
        var chain = "203.0.113.9" + string.Concat(Enumerable.Repeat(", 10.0.0.2", 10_000));

        var client = ForwardedFor.ClientOf(IPAddress.Parse("10.0.0.1"), [chain], trusted);

        Assert.Equal(IPAddress.Parse("10.0.0.2"), client);
    }
}
