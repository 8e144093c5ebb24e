using Uitsmijter.Actors.Gateway.Login;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>Whose page a request came from.</summary>
public sealed class SourceHostTests
{
    [Theory]
    [InlineData("https://page.ham.test", "page.ham.test")]
    [InlineData("HTTP://Page.ham.test:8080/a?b", "page.ham.test")]
    [InlineData("null", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("//page.ham.test", null)]
    public void the_host_of_an_origin_is_that_of_its_url(string? origin, string? expected) => Assert.Equal(expected, SourceHost.Of(origin));

    [Theory, Trait("Attack", "39")]
    [InlineData("http.page.ham.test")]
    [InlineData("https%3A%2F%2Fpage.ham.test")]
    [InlineData("httpx://page.ham.test")]
    public void a_host_whose_name_begins_like_a_scheme_is_no_url_and_so_no_source(string origin) => Assert.Null(SourceHost.Of(origin));
}
