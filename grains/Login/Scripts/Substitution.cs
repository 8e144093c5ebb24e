using System.Globalization;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Fills in a replacement text for one match (ECMA-262, GetSubstitution), with an end.</summary>
internal static class Substitution
{
    /// <summary>The text that replaces a match.</summary>
    /// <param name="template">The replacement with its <c>$</c> signs.</param>
    /// <param name="match">What a replacing function is given: match, captures, position, text, and named groups if there are any.</param>
    /// <param name="limit">Characters the result may have.</param>
    /// <exception cref="ScriptLimitException">The result would be longer.</exception>
    public static string Of(string template, JsValue[] match, int limit)
    {
        var groups = match[^1] as ObjectInstance;
        var last = groups is null ? match.Length - 1 : match.Length - 2;
        var (text, position) = (match[last].ToString(), (int)TypeConverter.ToNumber(match[last - 1]));
        var captures = match.AsSpan(1, last - 2);
        var matched = match[0].ToString();
        var result = new StringBuilder();
        for (var i = 0; i < template.Length;)
        {
            var rest = template.AsSpan(i);
            var (length, part) = rest switch
            {
                ['$', '$', ..] => (2, "$"),
                ['$', '&', ..] => (2, matched),
                ['$', '`', ..] => (2, text[..position]),
                ['$', '\'', ..] => (2, text[Math.Min(text.Length, position + matched.Length)..]),
                ['$', '<', ..] when groups is not null && rest.IndexOf('>') is > 0 and var end =>
                    (end + 1, Text(groups.Get(rest[2..end].ToString()))),
                ['$', >= '0' and <= '9', ..] when Capture(rest, captures.Length) is { Number: > 0 } capture =>
                    (capture.Length, Text(captures[capture.Number - 1])),
                _ => (1, rest[..1].ToString()),
            };
            if (result.Length + part.Length > limit)
            {
                throw GuardedBuiltIns.TooLong(limit);
            }

            result.Append(part);
            i += length;
        }

        return result.ToString();
    }

    /// <summary>One or two digits, as many as name a capture.</summary>
    private static (int Length, int Number) Capture(ReadOnlySpan<char> rest, int captures)
    {
        for (var digits = Math.Min(2, rest.Length - 1); digits > 0; digits--)
        {
            if (int.TryParse(rest.Slice(1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= captures)
            {
                return (digits + 1, number);
            }
        }

        return default;
    }

    private static string Text(JsValue value) => value.IsUndefined() ? "" : TypeConverter.ToString(value);
}
