using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.ForwardAuth;

public sealed class PublicPathsTests
{
    private static readonly char[] _pathCharacters = [.. "ab/*.%2eE5cCfF0;\\?#~ü"];

    public static TheoryData<string> SuspiciousPaths() => [.. Corpus.Lines("suspicious-paths.txt")];

    [Theory]
    [InlineData("/public/**", "/public", true)]
    [InlineData("/public/**", "/public/", true)]
    [InlineData("/public/**", "/public/a/b/c", true)]
    [InlineData("/public/**", "/publicity", false)]
    [InlineData("/public/*", "/public", false)]
    [InlineData("/public/*", "/public/a", true)]
    [InlineData("/public/*", "/public/a/", true)]
    [InlineData("/public/*", "/public/a/b", false)]
    [InlineData("/static/**/*.js", "/static/a.js", true)]
    [InlineData("/static/**/*.js", "/static/a/b/c.js", true)]
    [InlineData("/static/**/*.js", "/static/a/b/c.css", false)]
    [InlineData("/a*c", "/abc", true)]
    [InlineData("/a*c", "/ac", true)]
    [InlineData("/a*c", "/a/c", false)]
    [InlineData("/**", "/", true)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/a", false)]
    [InlineData("/a", "/a?x=/b", true)]
    [InlineData("/a", "/A", false)]
    [InlineData("/a.b", "/axb", false)]
    [InlineData("/a+(b)", "/a+(b)", true)]
    [InlineData("/maß/*", "/ma%C3%9F/x", true)]
    [InlineData("/ma%C3%9F/*", "/ma%c3%9f/x", true)]
    [InlineData("/**/x/**/y", "/a/x/b/x/c/y", true)]
    [InlineData("/a", "/%61", true)]
    public void a_pattern_means_what_the_page_about_forward_auth_says(string pattern, string target, bool expected)
    {
        var paths = PublicPaths.Compile([pattern]);

        Assert.Equal(expected, paths.Covers(target));
    }

    [Theory]
    [InlineData("public/**")]
    [InlineData("")]
    [InlineData("**")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/../**")]
    [InlineData("/a//b")]
    [InlineData("/a%2fb")]
    [InlineData("/a;b")]
    [InlineData("https://example.com/**")]
    public void a_pattern_that_is_none_opens_nothing(string pattern)
    {
        Assert.False(PublicPaths.IsPattern(pattern));
        Assert.True(PublicPaths.Compile([pattern]).IsEmpty);
    }

    [Theory, MemberData(nameof(SuspiciousPaths))]
    [Trait("Attack", "9")]
    public void a_suspicious_path_is_never_public_even_where_everything_is(string target)
    {
        var everything = PublicPaths.Compile(["/**", "/public/**"]);

        Assert.False(everything.Covers(target));
        Assert.False(PolicyPath.TryCanonicalise(target, out _));
    }

    [Fact]
    [Trait("Attack", "9")]
    public void a_path_is_public_only_if_no_number_of_decodings_moves_it_elsewhere() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(Some.Text(_pathCharacters, 20).Select(static text => "/" + text).ToArbitrary(), static target =>
        {
            if (!PolicyPath.TryCanonicalise(target, out var path))
            {
                return true;
            }

            var read = target.Split('?')[0];
            for (var times = 0; times < 3; times++)
            {
                var decoded = Uri.UnescapeDataString(read);
                if (times > 0 && decoded != path)
                {
                    return false;
                }

                if (new Uri("http://x" + decoded).AbsolutePath != new Uri("http://x" + path).AbsolutePath || decoded.Split('/').Any(static segment => segment is "." or ".."))
                {
                    return false;
                }

                read = decoded;
            }

            return true;
        }));

    [Fact]
    public void matching_agrees_with_a_regular_expression_written_for_the_same_pattern() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Segments("a", "b", "ab", "*", "**", "a*", "*b").ToArbitrary(), Segments("a", "b", "ab", "aab").ToArbitrary(), static (pattern, path) =>
            PublicPaths.Compile([pattern]).Covers(path) == Naive(pattern).IsMatch(path.TrimEnd('/'))));

    [Fact]
    [Trait("Attack", "12")]
    public void the_worst_pattern_is_answered_at_once()
    {
        var paths = PublicPaths.Compile([string.Concat(Enumerable.Repeat("/**/a", 50)) + "/b", "/" + string.Concat(Enumerable.Repeat("*a", 50)) + "b"]);

        Assert.False(paths.Covers(string.Concat(Enumerable.Repeat("/a", 1000))));
        Assert.False(paths.Covers("/" + new string('a', 2000)));
    }

    private static Gen<string> Segments(params string[] segments) =>
        Gen.Choose(1, 5).SelectMany(count => Gen.Elements(segments).ArrayOf(count)).Select(static parts => "/" + string.Join('/', parts));

    private static Regex Naive(string pattern)
    {
        var parts = pattern[1..].Split('/').Select(static part => part == "**" ? "(/[^/]+)*" : "/" + (part == "*" ? "[^/]+" : part.Replace("*", "[^/]*", StringComparison.Ordinal)));
        return new Regex($"^{string.Concat(parts)}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
    }
}
