using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>One log record on its way to a line of text (contract configuration.md §5.6).</summary>
internal sealed record LogLine
{
    private const int LevelWidth = 11;
    private const int LongestText = 8 * 1024;

    private static readonly JsonWriterOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Level in upper case, as printed.</summary>
    public required string Level { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Who recorded it.</summary>
    public required string Source { get; init; }

    /// <summary>What belongs to it; a key on two sides carries both values joined by a dot.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Keys of <see cref="Metadata"/> the sentence says already; the console leaves them out.</summary>
    public Func<string, bool> IsSaid { get; init; } = static _ => false;

    /// <summary><c>[LEVEL]    Fri, 02 Jan 2026 03:04:05 GMT: message | key=value</c>.</summary>
    public string ToConsole()
    {
        var text = new StringBuilder();
        text.Append('[').Append(Level).Append(']').Append(' ', Math.Max(1, LevelWidth - Level.Length - 2));
        text.Append(Date.UtcDateTime.ToString("R", CultureInfo.InvariantCulture)).Append(": ").Append(OneLine(Message));
        var separator = " | ";
        foreach (var (key, value) in Metadata)
        {
            if (!IsSaid(key))
            {
                text.Append(separator).Append(OneLine(key)).Append('=').Append(OneLine(value));
                separator = " ";
            }
        }

        return text.Append('\n').ToString();
    }

    /// <summary>One JSON object and a line feed.</summary>
    public string ToNdjson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, _json))
        {
            writer.WriteStartObject();
            writer.WriteString("level", Level);
            writer.WriteString("message", OneLine(Message));
            if (Metadata.Count > 0)
            {
                writer.WriteStartObject("metadata");
                foreach (var (key, value) in Metadata)
                {
                    writer.WriteString(OneLine(key), OneLine(value));
                }

                writer.WriteEndObject();
            }

            writer.WriteString("source", Source);
            writer.WriteString("date", Date.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>
    /// The same text on one line: a caller who can put a line feed, a terminal's escape or a text direction into a log forges records.
    /// </summary>
    /// <param name="text">Any text, also of strangers.</param>
    internal static string OneLine(string text)
    {
        var cut = text.Length > LongestText ? string.Concat(text.AsSpan(0, LongestText), "…") : text;
        return cut.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? cut : string.Create(cut.Length, cut, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = IsHarmless(from, i) ? from[i] : char.IsSurrogate(from[i]) ? '\uFFFD' : ' ';
            }
        });
    }

    private static bool IsHarmless(string text, int index)
    {
        var unit = text[index];
        return char.IsHighSurrogate(unit) ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
            : char.IsLowSurrogate(unit) ? index > 0 && char.IsHighSurrogate(text[index - 1])
            : char.GetUnicodeCategory(unit) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
    }
}
