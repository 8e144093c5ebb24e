using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// All texts of one moment: the embedded ones and those of the operator's translation files, which may replace single texts and add
/// languages. A text is searched in the tenant's overrides, then here, first in the chosen language, then in English; a key nobody
/// knows is its own text.
/// </summary>
internal sealed partial class Texts
{
    /// <summary>The language of every fallback, in file spelling.</summary>
    public const string DefaultLanguage = "en_EN";

    private readonly FrozenDictionary<string, FrozenDictionary<string, string>> _languages;
    private readonly string[] _names;

    private Texts(IEnumerable<KeyValuePair<string, FrozenDictionary<string, string>>> languages)
    {
        _languages = languages.ToFrozenDictionary(StringComparer.Ordinal);
        _names = [DefaultLanguage, .. _languages.Keys.Where(name => name != DefaultLanguage).Order(StringComparer.Ordinal)];
    }

    /// <summary>What travels inside the assembly: complete English, German, Portuguese.</summary>
    public static Texts Shipped { get; } = new(Embedded.Names("texts").Select(file =>
        KeyValuePair.Create(Path.GetFileNameWithoutExtension(file), TextFile.Read(Embedded.Read("texts", file)))));

    /// <summary>Every language there is a text in, the default one first.</summary>
    public IReadOnlyList<string> Languages => _names;

    /// <summary>All texts of a language.</summary>
    /// <exception cref="KeyNotFoundException">There is no such language.</exception>
    public FrozenDictionary<string, string> In(string language) => _languages[language];

    /// <summary>The same with replaced and added texts.</summary>
    /// <param name="overrides">Language to texts.</param>
    public Texts With(IReadOnlyDictionary<string, FrozenDictionary<string, string>> overrides)
    {
        var merged = _languages.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        foreach (var (language, texts) in overrides)
        {
            merged[language] = merged.TryGetValue(language, out var own)
                ? own.Concat(texts).GroupBy(text => text.Key, StringComparer.Ordinal)
                    .ToFrozenDictionary(texts => texts.Key, texts => texts.Last().Value, StringComparer.Ordinal)
                : texts;
        }

        return new(merged);
    }

    /// <summary>The same with those only the tenant has texts in.</summary>
    /// <param name="tenant">The tenant; null for none.</param>
    public IReadOnlyList<string> LanguagesOf(Tenant? tenant) => tenant is null || tenant.Pages.Texts.Count == 0 ? _names : [.. _names, .. tenant.Pages.Texts.Keys.Where(IsNew)];

    /// <summary>Chooses the language for a request: the tenant's own languages count too.</summary>
    /// <param name="acceptLanguage">The header's value.</param>
    /// <param name="tenant">Whose page; null for none.</param>
    /// <param name="wished">What goes before the header, in its form; null for nothing.</param>
    public string Choose(string? acceptLanguage, Tenant? tenant, string? wished = null)
    {
        var available = LanguagesOf(tenant);
        return (wished is null ? null : AcceptLanguage.Find(wished, available)) ?? AcceptLanguage.Choose(acceptLanguage, available);
    }

    /// <summary>Whether a name is spelled like a language (<c>de</c>, <c>de_DE</c>); it becomes a header and a folder's file name.</summary>
    public static bool IsLanguage(string name) => Spelling.IsMatch(name);

    /// <summary>The text of a key, or null when nobody has one.</summary>
    public string? Find(string language, string key, Tenant? tenant) =>
        FindIn(language, key, tenant) ?? (language == DefaultLanguage ? null : FindIn(DefaultLanguage, key, tenant));

    [GeneratedRegex("^[a-z]{2,3}(_[A-Za-z0-9]{2,8})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Spelling { get; }

    // A tenant's "de" speaks for "de_DE"; a language of its own must be spelled like one.
    private bool IsNew(string name) =>
        IsLanguage(name) && !_languages.ContainsKey(name) && !_names.Any(known => AcceptLanguage.Primary(known) == name);

    private string? FindIn(string language, string key, Tenant? tenant)
    {
        var own = tenant?.Pages.Texts;
        if (own is { Count: > 0 } &&
            (own.TryGetValue(language, out var tenants) || own.TryGetValue(AcceptLanguage.Primary(language), out tenants)) &&
            tenants.TryGetValue(key, out var text))
        {
            return text;
        }

        return _languages.TryGetValue(language, out var texts) && texts.TryGetValue(key, out text) ? text : null;
    }
}
