using System.Text;
using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Turns a script's value into JSON text that every reader of ours accepts, without letting it grow.</summary>
internal static class ResultJson
{
    /// <summary>Levels a value may have: readers of claims stop at 64, and the value is nested in them.</summary>
    public const int Depth = 32;

    /// <summary>The value as <c>JSON.stringify</c> writes it, or null where that has no text (undefined, functions, cycles).</summary>
    /// <param name="engine">The engine the value lives in.</param>
    /// <param name="value">The value; its getters and <c>toJSON</c> run.</param>
    /// <param name="limit">Characters of text it may have.</param>
    /// <exception cref="ScriptLimitException">The text is too long or too deep.</exception>
    public static string? Of(Engine engine, JsValue value, int limit)
    {
        string? json;
        try
        {
            json = JsonText.Of(engine, value, limit);
        }
        catch (JavaScriptException)
        {
            return null;
        }

        if (json is null)
        {
            return null;
        }

        CheckDepth(json);
        return WellFormed(json);
    }

    private static void CheckDepth(string json)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = Depth });
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            throw new ScriptLimitException($"A committed value or the profile has more than {Depth} levels.");
        }
    }

    /// <summary>Replaces halves of surrogate pairs, which JSON.stringify escapes and which no .NET reader turns into text.</summary>
    private static string WellFormed(string json)
    {
        if (!json.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
        {
            return json;
        }

        var text = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length;)
        {
            // JSON.stringify escapes nothing with \u that is part of a whole pair, so \ud8.. to \udf.. is always a half.
            var rest = json.AsSpan(i);
            var length = rest[0] != '\\' ? 1 : rest[1] == 'u' ? 6 : 2;
            var isHalf = length == 6 && rest[2] is ('d' or 'D') && rest[3] is not (>= '0' and <= '7');
            text.Append(isHalf ? "\\ufffd" : rest[..length]);
            i += length;
        }

        return text.ToString();
    }
}
