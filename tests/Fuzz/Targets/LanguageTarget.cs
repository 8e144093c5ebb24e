using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Languages: always one that is there, and case means nothing.</summary>
internal sealed class LanguageTarget : FuzzTarget
{
    private static readonly string[] _available = ["en_EN", "de_DE", "pt_PT", "pt_BR", "zh_CN"];

    /// <inheritdoc />
    public override string Name => "languages";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words => ["de", "de-AT", "pt-BR", "en", "zh-Hans-CN", "*", ",", ";q=", "0.5", "1.0", "0", ";", "q", "1e3", "NaN", "-"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var chosen = AcceptLanguage.Choose(input, _available);
        Must(_available.Contains(chosen), "a language that is there is chosen");
        Must(!System.Text.Ascii.IsValid(input) || AcceptLanguage.Choose(input.ToUpperInvariant(), _available) == chosen, "case means nothing");
        Must(AcceptLanguage.Choose(AcceptLanguage.Tag(chosen), _available) is var again && AcceptLanguage.Primary(again) == AcceptLanguage.Primary(chosen), "the tag of a page asks for its own language");
        Must(input.Length > 900 || AcceptLanguage.Choose($"{input},xx", _available) == chosen, "a language nobody has changes nothing");
    }
}
