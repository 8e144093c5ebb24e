using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Documents;

/// <summary>People copy from the first page they see: what stands there is what the proxies' tests run (docs/forward-auth.md), to the letter.</summary>
public sealed class ReadmeTests
{
    private const string Readme = "README.md";
    private const string Tested = "docs/forward-auth.md";

    [Theory]
    [Trait("Attack", "7")]
    [InlineData("yaml", "# dynamic configuration")]
    [InlineData("yaml", "http_filters:")]
    [InlineData("caddyfile", "")]
    [InlineData("nginx", "")]
    public void every_proxy_of_the_readme_is_the_one_that_is_tested(string language, string begins)
    {
        var shown = Repository.Blocks(Readme, language).Single(block => block.StartsWith(begins, StringComparison.Ordinal));

        Assert.Equal(Repository.Blocks(Tested, language).First(block => block.StartsWith(begins, StringComparison.Ordinal)), shown);
    }
}
