using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.Hosts;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Hosts;

public sealed class HostPatternsTests
{
    [Theory]
    [InlineData("*.egg.example.com", "yolk.egg.example.com", true)]
    [InlineData("*.egg.example.com", "a.b.egg.example.com", false)]
    [InlineData("*.egg.example.com", "egg.example.com", false)]
    [InlineData("*.*.com", "a.b.com", true)]
    [InlineData("*.example.*", "x.example.org", true)]
    [InlineData("api-*.example.com", "api-1.example.com", true)]
    [InlineData("api-*.example.com", "api-.example.com", false)]
    [InlineData("*.example.com", "a.examplexcom", false)]
    [InlineData("example.com", "example.com", true)]
    [Trait("Contract", "http 58")]
    public void a_star_is_one_label_or_a_part_of_one(string pattern, string host, bool expected)
    {
        var matches = HostPatterns.Matches(pattern, host);

        Assert.Equal(expected, matches);
    }

    [Theory]
    [InlineData("*.example.com", "*.example.com", true)]
    [InlineData("*.example.com", "app.*.com", true)]
    [InlineData("app.example.com", "*.example.com", true)]
    [InlineData("a*.example.com", "*b.example.com", true)]
    [InlineData("a*.example.com", "b*.example.com", false)]
    [InlineData("a*c.example.com", "ac.example.com", false)]
    [InlineData("*.example.com", "*.*.example.com", false)]
    [InlineData("*.example.com", "*.example.org", false)]
    [InlineData("*.*", "example.com", true)]
    public void patterns_overlap_when_a_host_could_be_both(string a, string b, bool expected)
    {
        var overlap = HostPatterns.Overlap(a, b);

        Assert.Equal(expected, overlap);
        Assert.Equal(expected, HostPatterns.Overlap(b, a));
    }

    [Theory]
    [InlineData("*.Example.COM", "*.example.com")]
    [InlineData("*.Bücher.example", "*.xn--bcher-kva.example")]
    [InlineData("app.bücher.example", "app.xn--bcher-kva.example")]
    [InlineData("api-*.example.*", "api-*.example.*")]
    public void a_pattern_has_one_spelling(string raw, string expected)
    {
        var accepted = HostPatterns.TryNormalise(raw, out var pattern);

        Assert.True(accepted);
        Assert.Equal(expected, pattern);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*.example.com:8080")]
    [InlineData("example.com:8080")]
    [InlineData("*..com")]
    [InlineData("*.")]
    [InlineData(".*")]
    [InlineData("*-.example.com")]
    [InlineData("*.exa mple.com")]
    [InlineData("https://*.example.com")]
    [InlineData("*@example.com")]
    public void a_pattern_no_host_can_match_is_refused(string raw)
    {
        var accepted = HostPatterns.TryNormalise(raw, out _);

        Assert.False(accepted);
    }

    [Fact]
    public void matching_agrees_with_the_regular_expression_of_the_contract() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Some.Pattern().ToArbitrary(), Some.Host().ToArbitrary(), static (pattern, host) =>
            HostPatterns.Matches(pattern, host) == Naive(pattern).IsMatch(host)));

    [Fact]
    public void a_host_of_both_patterns_proves_their_overlap() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Some.Pattern().ToArbitrary(), Some.Pattern().ToArbitrary(), Some.Host().ToArbitrary(), static (a, b, host) =>
            !(HostPatterns.Matches(a, host) && HostPatterns.Matches(b, host)) || HostPatterns.Overlap(a, b)));

    [Fact]
    public void the_index_agrees_with_matching_one_by_one() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Some.Pattern().ListOf().ToArbitrary(), Some.Host().ToArbitrary(), static (patterns, host) =>
        {
            var index = HostIndex.Build(patterns.Select(static pattern => (pattern, HostIndexTests.TenantWith(pattern))));

            var found = index.Find(host);

            return found is null ? !patterns.Any(pattern => HostPatterns.Matches(pattern, host)) : HostPatterns.Matches(found.Hosts[0], host);
        }));

    private static Regex Naive(string pattern) =>
        new($"^{Regex.Escape(pattern).Replace("\\*", "[A-Za-z0-9_-]+", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
