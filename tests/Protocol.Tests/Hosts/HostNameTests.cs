using FsCheck;
using FsCheck.Fluent;
using HostName = Uitsmijter.Actors.Protocol.Hosts.HostName;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Hosts;

public sealed class HostNameTests
{
    public static TheoryData<string> HostileHosts() => [.. Corpus.Lines("hostile-hosts.txt")];

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.Com:8443", "example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("a_b.example.com:0", "a_b.example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example:443", "xn--bcher-kva.example")]
    [InlineData("127.0.0.1:8080", "127.0.0.1")]
    [InlineData("[::1]:8080", "[::1]")]
    [InlineData("[0:0:0:0:0:0:0:1]", "[::1]")]
    [Trait("Attack", "3")]
    public void a_host_has_one_spelling(string raw, string expected)
    {
        var accepted = HostName.TryNormalise(raw, out var host);

        Assert.True(accepted);
        Assert.Equal(expected, host);
    }

    [Theory]
    [MemberData(nameof(HostileHosts))]
    [Trait("Attack", "3")]
    public void a_hostile_host_is_refused(string raw)
    {
        var accepted = HostName.TryNormalise(raw, out var host);

        Assert.False(accepted);
        Assert.Equal("", host);
    }

    [Fact]
    public void a_host_in_order_is_returned_without_a_copy()
    {
        var raw = new string("app.example.com".AsSpan());

        HostName.TryNormalise(raw, out var host);

        Assert.Same(raw, host);
    }

    [Fact]
    [Trait("Attack", "3")]
    public void normalising_twice_changes_nothing_and_never_throws() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Some.Hostish().ToArbitrary(), static raw =>
            !HostName.TryNormalise(raw, out var once) || (HostName.TryNormalise(once, out var twice) && once == twice)));
}
