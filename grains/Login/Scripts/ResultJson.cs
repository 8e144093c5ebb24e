using System.Buffers;
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
    /// <param name="limit">Bytes of text it may have.</param>
    /// <exception cref="ScriptLimitException">The text is too long or too deep.</exception>
    public static string? Of(Engine engine, JsValue value, int limit)
    {
        var buffer = new BoundedBuffer(limit);
        try
        {
            if (!new Jint.Native.Json.JsonSerializer(engine).Serialize(value, buffer))
            {
                return null;
            }
        }
        catch (JavaScriptException)
        {
            return null;
        }

        CheckDepth(buffer.Written);
        return WellFormed(Encoding.UTF8.GetString(buffer.Written));
    }

    private static void CheckDepth(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Depth });
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

    /// <summary>A buffer that refuses to grow beyond its limit, in the middle of serializing.</summary>
    private sealed class BoundedBuffer(int limit) : IBufferWriter<byte>
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(256);

        public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

        public void Advance(int count)
        {
            if (_buffer.WrittenCount + count > limit)
            {
                throw TooLong();
            }

            _buffer.Advance(count);
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(Allowed(sizeHint));

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(Allowed(sizeHint));

        // A hint is the writer's worst case (three bytes a character), so only one far beyond the limit is sure to break it.
        private int Allowed(int sizeHint) => sizeHint <= (6 * limit) + 4096 ? sizeHint : throw TooLong();

        private ScriptLimitException TooLong() => new($"A committed value or the profile has more than {limit} bytes of JSON.");
    }
}
