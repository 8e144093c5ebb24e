using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.ForwardAuth;

public sealed class ForwardedRequestTests
{
    private static readonly string[] _names =
    [
        "X-Forwarded-Method", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Original-Method", "X-Original-URL", "X-Original-URI",
        "X_Forwarded_Host", "x.forwarded.uri", "X-Original_URL", "Accept", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Origin", "Access-Control-Request-Method", "", "X", "x-",
    ];

    private static readonly string[] _values =
        ["GET", "OPTIONS", "https", "wss", "a.test", "a.test:8443", "/x?y", "https://a.test/x", "http://a.test", "", " ", "//", "text/html", "*/*;q=0.1", "navigate", "cors", "/a#b", "\0", ","];

    [Theory]
    [InlineData("https://app.test:443/x", "https://app.test/x")]
    [InlineData("https://app.test:80/x", "https://app.test:80/x")]
    [InlineData("http://app.test:80/x", "http://app.test/x")]
    [InlineData("http://app.test:8080/x", "http://app.test:8080/x")]
    [InlineData("https://APP.test/x?a=//b", "https://app.test/x?a=//b")]
    [InlineData("https://app.test//evil.test/x", "https://app.test//evil.test/x")]
    [InlineData("wss://app.test/x", "https://app.test/x")]
    public void the_return_address_is_the_original_one(string url, string expected)
    {
        var isRead = Read(Dialect.Nginx, out var request, ("X-Original-Method", "GET"), ("X-Original-URL", url));

        Assert.True(isRead);
        Assert.Equal(expected, request.Url);
    }

    [Theory]
    [InlineData("app.test/x")]
    [InlineData("https://app.test")]
    [InlineData("https://app.test?/x")]
    [InlineData("https://user@app.test/x")]
    [InlineData("https://app.test:/x")]
    [InlineData("https:///x")]
    [InlineData("https:/app.test/x")]
    [InlineData("file://app.test/x")]
    [InlineData("https://app.test/x y")]
    [InlineData("https://app.test\\@evil.test/x")]
    [InlineData("")]
    public void a_url_that_is_none_is_not_read(string url)
    {
        var isRead = Read(Dialect.Nginx, out _, ("X-Original-Method", "GET"), ("X-Original-URL", url));

        Assert.False(isRead);
    }

    [Fact]
    [Trait("Attack", "2")]
    public void whatever_headers_come_reading_never_throws_and_only_one_complete_description_is_read() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(10_000),
            Prop.ForAll(
                Gen.Elements(_names).SelectMany(static name => Gen.Elements(_values).Select(value => (name, value))).ListOf().ToArbitrary(),
                Gen.Elements<Dialect>(Dialect.All).ToArbitrary(),
                static (headers, dialect) =>
                {
                    if (!Read(dialect, out var request, [.. headers]))
                    {
                        return true;
                    }

                    var isPlain = dialect.Input != DialectInput.Forwarded
                        || new[] { "X-Forwarded-Method", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri" }.All(name => headers.Count(header => header.name == name) == 1);
                    return isPlain && request.Target.StartsWith('/') && request.Scheme is "http" or "https" && (!request.IsNavigation || request.Method is "GET" or "HEAD");
                }));

    [Theory]
    [InlineData("/a/../b", true)]
    [InlineData("/a/..", true)]
    [InlineData("/a/%2e%2E", true)]
    [InlineData("/a/.%2e;x/b", true)]
    [InlineData("/a%2f..%2fb", true)]
    [InlineData("/a\\..\\b", true)]
    [InlineData("/a/%252e%252e/", true)]
    [InlineData("/a/...", false)]
    [InlineData("/a/.well-known", false)]
    [InlineData("/a.b/c..d", false)]
    [InlineData("/a?x=/../", false)]
    [Trait("Attack", "9")]
    public void dot_segments_are_found_in_every_spelling(string target, bool expected) =>
        Assert.Equal(expected, PolicyPath.HasDotSegment(target));

    private static bool Read(Dialect dialect, out ForwardedRequest request, params (string Name, string Value)[] headers)
    {
        var collected = new ForwardedHeaders();
        foreach (var group in headers.GroupBy(static header => header.Name, StringComparer.OrdinalIgnoreCase))
        {
            collected.Take(group.Key, group.First().Value, group.Count());
        }

        return ForwardedRequest.TryRead(dialect, collected, new QuestionLine("GET", "app.test", "/x"), out request);
    }
}
