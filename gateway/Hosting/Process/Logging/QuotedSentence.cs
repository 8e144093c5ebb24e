using System.Buffers;
using System.Globalization;
using System.Text;

namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>
/// The sentence of a record whose values are told apart by blanks. A name a stranger typed, <c>ann tenant=other</c>, reads like a field of ours: whoever searches the
/// lines by their fields would find a login that never was. A value with a blank stands in quotation marks.
/// </summary>
internal static class QuotedSentence
{
    /// <summary>Visible ASCII without the quotation mark: a value of nothing else is told apart from what stands beside it.</summary>
    private static readonly SearchValues<char> _plain = SearchValues.Create(Enumerable.Range('!', '~' - '!' + 1).Select(static code => (char)code).Where(static unit => unit != '"').ToArray());

    /// <summary>Under this key loggers hand over the template itself.</summary>
    private const string Template = "{OriginalFormat}";

    /// <summary>A value that is not there.</summary>
    private const string Nothing = "-";

    /// <summary>The sentence with such values in quotation marks; null where no value has a blank or is missing, and the plain sentence serves.</summary>
    /// <param name="template">With <c>{Name}</c> for each value.</param>
    /// <param name="values">The values by name.</param>
    public static string? Of(string template, IEnumerable<KeyValuePair<string, object?>> values)
    {
        if (!values.Any(static one => one.Key != Template && (one.Value is null || (one.Value is string text && text.AsSpan().IndexOfAnyExcept(_plain) >= 0))))
        {
            return null;
        }

        var said = values.Where(static one => one.Key != Template).Select(static one => KeyValuePair.Create("{" + one.Key + "}", one.Value is null ? Nothing : Quoted(Text(one.Value)))).ToList();
        if (!said.Exists(one => template.Contains(one.Key, StringComparison.OrdinalIgnoreCase) && (one.Value == Nothing || one.Value.StartsWith('"'))))
        {
            return null;
        }

        // From left to right, once: what a value says is no placeholder.
        var text = new StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            var hit = template[at] == '{' ? said.FindIndex(one => template.AsSpan(at).StartsWith(one.Key, StringComparison.OrdinalIgnoreCase)) : -1;
            text.Append(hit < 0 ? template[at].ToString() : said[hit].Value);
            at += hit < 0 ? 1 : said[hit].Key.Length;
        }

        return text.ToString();
    }

    private static string Text(object value) => LogLine.OneLine(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    private static bool IsAmbiguous(string value) => value == Nothing || value.Any(static unit => unit == '"' || char.IsWhiteSpace(unit));

    private static string Quoted(string value) =>
        IsAmbiguous(value) ? $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : value;
}
