using System.Globalization;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Chooses a language by <c>Accept-Language</c> (RFC 9110 §12.5.4): quality first, then order; a language without region matches any.</summary>
internal static class AcceptLanguage
{
    /// <summary>What is read of the header; the rest is ignored. A browser sends under 200 characters.</summary>
    private const int MaxLength = 1024;

    private const int MaxRanges = 24;

    /// <summary>Picks the best of the available languages.</summary>
    /// <param name="header">The header's value; null, empty and malformed ones choose the default.</param>
    /// <param name="available">Languages in file spelling (<c>pt_PT</c>), the default one first.</param>
    public static string Choose(string? header, IReadOnlyList<string> available) => Find(header, available) ?? available[0];

    /// <summary>The best of the available languages; null when none of the header's is there.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="available">Languages in file spelling (<c>pt_PT</c>).</param>
    public static string? Find(string? header, IReadOnlyList<string> available)
    {
        string? best = null;
        var bestQuality = 0d;
        var rest = header.AsSpan();
        rest = rest.Length > MaxLength ? rest[..MaxLength] : rest;
        for (var i = 0; i < MaxRanges && !rest.IsEmpty; i++)
        {
            var comma = rest.IndexOf(',');
            var range = comma < 0 ? rest : rest[..comma];
            rest = comma < 0 ? [] : rest[(comma + 1)..];
            var semicolon = range.IndexOf(';');
            var tag = (semicolon < 0 ? range : range[..semicolon]).Trim();
            var quality = semicolon < 0 ? 1 : Quality(range[(semicolon + 1)..].Trim());
            if (quality > bestQuality && Match(tag, available) is { } match)
            {
                (best, bestQuality) = (match, quality);
            }
        }

        return best;
    }

    /// <summary>The value of <c>lang</c> and <c>Content-Language</c>: <c>de_DE</c> → <c>de</c>, <c>pt_BR</c> → <c>pt-BR</c>, <c>en_EN</c> → <c>en</c>.</summary>
    public static string Tag(string language)
    {
        var separator = language.IndexOf('_', StringComparison.Ordinal);
        return separator < 0 || language.AsSpan(0, separator).Equals(language.AsSpan(separator + 1), StringComparison.OrdinalIgnoreCase)
            ? (separator < 0 ? language : language[..separator])
            : language.Replace('_', '-');
    }

    /// <summary>The language without its region: <c>de_DE</c> → <c>de</c>.</summary>
    public static string Primary(string language) => Primary(language.AsSpan()).ToString();

    // A malformed quality counts as "not at all": a guess would only be wrong more often.
    private static double Quality(ReadOnlySpan<char> parameter)
    {
        if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        return double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality) &&
            quality is >= 0 and <= 1
            ? quality
            : 0;
    }

    private static string? Match(ReadOnlySpan<char> tag, IReadOnlyList<string> available)
    {
        if (tag is "*")
        {
            return available[0];
        }

        string? primaryMatch = null;
        var primary = Primary(tag);
        for (var i = 0; i < available.Count && !primary.IsEmpty; i++)
        {
            var language = available[i].AsSpan();
            if (language.Length == tag.Length && Primary(language).Equals(primary, StringComparison.OrdinalIgnoreCase) &&
                language[primary.Length..].TrimStart('_').Equals(tag[primary.Length..].TrimStart('-'), StringComparison.OrdinalIgnoreCase))
            {
                return available[i];
            }

            primaryMatch ??= Primary(language).Equals(primary, StringComparison.OrdinalIgnoreCase) ? available[i] : null;
        }

        return primaryMatch;
    }

    private static ReadOnlySpan<char> Primary(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOfAny('-', '_');
        return end < 0 ? tag : tag[..end];
    }
}
