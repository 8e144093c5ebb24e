using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Catalog;

public sealed class SlugTests
{
    [Theory]
    [InlineData("Hello_7 What is a / name", "hello-7-what-is-a-name")]
    [InlineData("ham/ham", "ham-ham")]
    [InlineData("cheese", "cheese")]
    [InlineData("Käse & Brot", "kase-brot")]
    [InlineData("a--b", "a--b")]
    [InlineData("-a-", "a")]
    [InlineData("..", "")]
    [InlineData("../../etc", "etc")]
    [InlineData("日本", "")]
    [InlineData("\ud800x", "x")]
    [InlineData("", "")]
    [Trait("Contract", "http 58")]
    [Trait("Contract", "configuration 31")]
    public void a_name_becomes_a_safe_folder(string name, string slug) => Assert.Equal(slug, Slug.Of(name));
}
