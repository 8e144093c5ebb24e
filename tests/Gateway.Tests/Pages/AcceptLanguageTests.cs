using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

public sealed class AcceptLanguageTests
{
    private static readonly string[] Available = ["en_EN", "de_DE", "pt_PT"];

    [Theory]
    [InlineData(null, "en_EN")]
    [InlineData("", "en_EN")]
    [InlineData("de", "de_DE")]
    [InlineData("DE-de", "de_DE")]
    [InlineData("de-AT", "de_DE")]
    [InlineData("pt-BR,en;q=0.9", "pt_PT")]
    [InlineData("fr-FR,de;q=0.7,en;q=0.3", "de_DE")]
    [InlineData("en;q=0.3,de;q=0.7", "de_DE")]
    [InlineData("de;q=0,en", "en_EN")]
    [InlineData("de;q=0", "en_EN")]
    [InlineData("de;q=2,pt", "pt_PT")]
    [InlineData("de;q=abc,pt", "pt_PT")]
    [InlineData("de;level=1", "en_EN")]
    [InlineData("*", "en_EN")]
    [InlineData("*;q=0.1,pt;q=0.2", "pt_PT")]
    [InlineData("xx,yy,zz", "en_EN")]
    [InlineData(",,;;,q=1,-,_", "en_EN")]
    [InlineData("d", "en_EN")]
    [InlineData("deutsch", "en_EN")]
    [Trait("Contract", "http 75")]
    public void the_best_quality_wins_then_the_order(string? header, string language) =>
        Assert.Equal(language, AcceptLanguage.Choose(header, Available));

    [Fact]
    public void an_exact_region_beats_another_region_of_the_language() =>
        Assert.Equal("pt_BR", AcceptLanguage.Choose("pt-BR", ["en_EN", "pt_PT", "pt_BR"]));

    [Fact]
    public void what_stands_after_the_limits_is_not_read()
    {
        var many = string.Join(',', Enumerable.Repeat("xx", 30)) + ",de";
        var wide = new string('x', 2000) + ",de";

        Assert.Equal("en_EN", AcceptLanguage.Choose(many, Available));
        Assert.Equal("en_EN", AcceptLanguage.Choose(wide, Available));
    }

    [Fact]
    public void any_header_chooses_an_available_language() =>
        Prop.ForAll<string>(header => Available.Contains(AcceptLanguage.Choose(header, Available))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("en_EN", "en")]
    [InlineData("de_DE", "de")]
    [InlineData("pt_BR", "pt-BR")]
    [InlineData("nl", "nl")]
    public void the_language_of_a_file_becomes_a_tag(string language, string tag) => Assert.Equal(tag, AcceptLanguage.Tag(language));
}
