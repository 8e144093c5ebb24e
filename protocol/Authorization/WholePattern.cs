using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>Regular expressions of configuration that match a whole text or not at all: redirect addresses and scopes.</summary>
internal static class WholePattern
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(50);

    /// <summary>Prepares a pattern.</summary>
    /// <param name="pattern">The expression as it was configured, without anchors.</param>
    /// <returns>Null for a text that is no regular expression, which is said when it is loaded.</returns>
    public static Regex? Compile(string pattern)
    {
        try
        {
            // By itself first: "a)|(?:.*" is no expression, but would close the group that anchors it and match everything.
            _ = new Regex(pattern, RegexOptions.CultureInvariant, _patience);
            return Anchored($@"\A(?:{pattern})\z");
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the whole text matches.</summary>
    /// <param name="pattern">Of <see cref="Compile"/>; null matches nothing.</param>
    /// <param name="text">The text.</param>
    public static bool IsMatch(Regex? pattern, string text)
    {
        try
        {
            return pattern is not null && pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that cannot decide allows nothing.
            return false;
        }
    }

    /// <summary>
    /// Without backtracking the time is bounded by the text, so no clock is needed: patience runs out on a busy machine too, where a thread waits for its turn, and what is
    /// allowed would be refused. Patterns that look ahead or back cannot do without either.
    /// </summary>
    private static Regex Anchored(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, _patience);
        }
    }
}
