using System.Globalization;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// One spelling for every way to type the same user name, so that a counter of failed logins cannot be split by case, accents,
/// width or invisible characters. Used for counting only: the provider script always sees the name as typed.
/// </summary>
/// <remarks>
/// Two different people may fold to one name (<c>rené</c> and <c>rene</c>). That is the safe side: they share a counter, never an
/// account. Directories behind a script compare names in many ways (case, accents and trailing spaces ignored by default in
/// MySQL and SQL Server), and a counter that is finer than the directory's comparison gives an attacker free guesses.
/// </remarks>
public static class UserNameRules
{
    /// <summary>Longer input is cut before it is folded; names with the same beginning then share a counter.</summary>
    public const int MaxLength = 512;

    /// <summary>Folds a user name; idempotent, never throws, empty for a name of nothing visible.</summary>
    /// <param name="typed">The name as it was typed.</param>
    public static string Normalise(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var cut = typed.Length > MaxLength ? typed[..MaxLength] : typed;
        var folded = Fold(cut);

        // Folding can bring forth what decomposes or folds again (compatibility forms of capital letters): repeat until nothing moves.
        for (var rounds = 0; rounds < 4; rounds++)
        {
            var again = Fold(folded);
            if (string.Equals(again, folded, StringComparison.Ordinal))
            {
                break;
            }

            folded = again;
        }

        return folded;
    }

    private static string Fold(string text)
    {
        var decomposed = WellFormed(text).Normalize(NormalizationForm.FormKD);
        var kept = new StringBuilder(decomposed.Length);
        foreach (var rune in decomposed.EnumerateRunes())
        {
            switch (rune.Value)
            {
                // What invariant case mapping leaves alone although full case folding, and many a directory, does not:
                // sharp s, dotless i, and the iota that is a mark in lower case and a letter in upper case.
                case 0x00DF or 0x1E9E:
                    kept.Append("ss");
                    break;
                case 0x0131:
                    kept.Append('i');
                    break;
                case 0x0345:
                    kept.Append('\u03B9');
                    break;
                case var _ when !Counts(rune):
                    break;
                default:
                    // Upper first: it joins what lower case keeps apart (final sigma, long s).
                    kept.Append(Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).ToString());
                    break;
            }
        }

        return kept.ToString().Normalize(NormalizationForm.FormKC);
    }

    /// <summary>Accents, spaces, control and format characters, and letters without a shape do not tell two names apart.</summary>
    private static bool Counts(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => false,
        UnicodeCategory.Control or UnicodeCategory.Format => false,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        _ => rune.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800),
    };

    /// <summary>Lone surrogates, which normalisation refuses, become U+FFFD.</summary>
    private static string WellFormed(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(rune.ToString());
        }

        return result.ToString();
    }
}
