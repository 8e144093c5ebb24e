using System.Globalization;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>The folder name of a tenant (configuration.md §1.4): <c>ham/ham</c> → <c>ham-ham</c>.</summary>
public static class Slug
{
    /// <summary>
    /// Makes the slug: accents dropped, lower case, every run of anything outside <c>A–Z a–z 0–9 -</c> one <c>-</c>, none at either
    /// end. The result holds nothing else, so it is safe as a folder name; it is empty for a name without any such character, and
    /// two names may share one.
    /// </summary>
    /// <param name="name">Any name.</param>
    public static string Of(string name)
    {
        var slug = new StringBuilder(name.Length);
        var inRun = false;
        foreach (var character in Decomposed(name))
        {
            if (char.IsAsciiLetterOrDigit(character) || character == '-')
            {
                slug.Append(char.ToLowerInvariant(character));
                inRun = false;
            }
            else if (!inRun && CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            {
                slug.Append('-');
                inRun = true;
            }
        }

        return slug.ToString().Trim('-');
    }

    // Normalisation throws on lone surrogates; such a name has no accents worth keeping.
    private static string Decomposed(string name) =>
        name.All(char.IsAscii) || !name.EnumerateRunes().All(rune => rune != Rune.ReplacementChar)
            ? name
            : name.Normalize(NormalizationForm.FormD);
}
