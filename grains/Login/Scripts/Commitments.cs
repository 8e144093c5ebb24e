using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Jint;
using Jint.Native;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>What a script committed, taken down as JSON at the moment of the call.</summary>
internal sealed class Commitments(ScriptLimits limits)
{
    /// <summary>The JSON text of each argument of the first <c>commit</c>; default before it.</summary>
    public ImmutableArray<string?> Values { get; private set; }

    /// <summary>True from the first <c>commit</c> on.</summary>
    public bool Done => !Values.IsDefault;

    /// <summary>Takes the arguments down; only the first call counts.</summary>
    /// <returns>False when something was committed before.</returns>
    public bool Take(Engine engine, JsValue[] arguments)
    {
        if (Done)
        {
            return false;
        }

        var values = ImmutableArray.CreateBuilder<string?>(arguments.Length);
        foreach (var argument in arguments)
        {
            values.Add(ResultJson.Of(engine, argument, limits.Result));
        }

        // A toJSON of one of the values may have committed in the meantime.
        if (Done)
        {
            return false;
        }

        Values = values.ToImmutable();
        return true;
    }

    /// <summary>The <c>subject</c> of the first committed object that has one as text or number.</summary>
    public string? Subject()
    {
        foreach (var value in Values)
        {
            if (value is ['{', ..] && SubjectOf(value) is { Length: > 0 } subject)
            {
                return subject;
            }
        }

        return null;
    }

    private static string? SubjectOf(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = ResultJson.Depth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSubject = reader.ValueTextEquals("subject"u8);
            reader.Read();
            if (isSubject)
            {
                return reader.TokenType switch
                {
                    JsonTokenType.String => reader.GetString(),
                    // JSON.stringify writes a number as JavaScript does: 188920, not 188920.0.
                    JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                    _ => null,
                };
            }

            reader.Skip();
        }

        return null;
    }
}
