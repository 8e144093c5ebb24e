using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Hosts;

public sealed class HostIndexTests
{
    [Fact]
    public void an_exact_host_beats_every_pattern()
    {
        var index = Index("*.example.com", "app.example.com", "app.*.com");

        var tenant = index.Find("app.example.com");

        Assert.Equal("app.example.com", tenant!.Name);
    }

    [Fact]
    public void a_pattern_with_more_literal_labels_on_the_right_wins()
    {
        var index = Index("*.*.com", "a-*.example.com", "*.example.com");

        Assert.Equal("a-*.example.com", index.Find("a-1.example.com")!.Name);
        Assert.Equal("*.example.com", index.Find("b.example.com")!.Name);
        Assert.Equal("*.*.com", index.Find("b.other.com")!.Name);
    }

    [Theory]
    [InlineData("other.test")]
    [InlineData("com")]
    [InlineData("a.b.c.example.com")]
    [InlineData("")]
    [InlineData("[::1]")]
    public void a_host_nobody_named_belongs_to_nobody(string host)
    {
        var index = Index("*.example.com", "app.example.com");

        var tenant = index.Find(host);

        Assert.Null(tenant);
    }

    [Fact]
    public void ten_thousand_wildcard_tenants_are_told_apart()
    {
        var index = Index([.. Enumerable.Range(0, 10_000).Select(static number => $"*.t{number}.example.com")]);

        var tenants = Enumerable.Range(0, 10_000).Select(number => index.Find($"app.t{number}.example.com")!.Name).Distinct();

        Assert.Equal(10_000, tenants.Count());
    }

    internal static Tenant TenantWith(string host) => new() { Name = host, Hosts = [host] };

    private static HostIndex Index(params string[] patterns) => HostIndex.Build(patterns.Select(static pattern => (pattern, TenantWith(pattern))));
}
