using System.Globalization;

namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>
/// Reads single variables by the contract's rule (configuration.md §5.1): booleans are exactly <c>true</c> or <c>false</c>, numbers are
/// whole, anything else is the default. The default is used loudly: every text that was passed over becomes a warning.
/// </summary>
internal sealed class EnvironmentReader(Func<string, string?> variable)
{
    /// <summary>What refuses the start.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>What an operator should know.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The trimmed text, or null where it is unset or blank.</summary>
    public string? Text(string name) => variable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>A secret, untrimmed: blanks are part of it. Null where it is unset or empty.</summary>
    public Secret? Secret(string name) => variable(name) is { Length: > 0 } text ? new Secret(text) : null;

    /// <summary>An explicit <c>true</c> or <c>false</c>, or null for everything else.</summary>
    public bool? Flag(string name)
    {
        switch (Text(name))
        {
            case null: return null;
            case "true": return true;
            case "false": return false;
            default:
                Warnings.Add($"{name} is neither true nor false, so its default applies.");
                return null;
        }
    }

    /// <summary>A whole number within bounds, or the default.</summary>
    public int Number(string name, int fallback, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Warnings.Add($"{name} is not a whole number from {Plain(least)} to {Plain(most)}, so its default {Plain(fallback)} applies.");
        return fallback;
    }

    /// <summary>One of a few words without regard to case, or the default with a warning.</summary>
    public string WordOrDefault(string name, string fallback, params ReadOnlySpan<string> known)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (Find(text, known) is { } word)
        {
            return word;
        }

        Warnings.Add($"{name} is none of {string.Join(", ", known)}, so its default {fallback} applies.");
        return fallback;
    }

    /// <summary>One of a few words without regard to case; any other text refuses the start, because guessing would change where data lives.</summary>
    public string Word(string name, string fallback, params ReadOnlySpan<string> known)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (Find(text, known) is { } word)
        {
            return word;
        }

        Problems.Add($"{name}={text} is unknown: use {string.Join(" or ", known)}.");
        return fallback;
    }

    private static string? Find(string text, ReadOnlySpan<string> known)
    {
        foreach (var word in known)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        return null;
    }

    private static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);
}
