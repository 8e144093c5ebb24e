using System.Runtime.CompilerServices;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// <c>JSON.stringify</c> (ECMA-262 §25.5.2) with an end. The interpreter's own collects the whole text before it looks at any limit, and
/// twenty arrays that share their parts make terabytes of text.
/// </summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<ObjectInstance> _open = new(ReferenceEqualityComparer.Instance);
    private readonly Engine _engine;
    private readonly int _limit;
    private readonly JsValue? _replacer;
    private readonly List<JsValue>? _keys;
    private readonly string _gap;
    private string _indent = "";

    private JsonText(Engine engine, JsValue replacer, JsValue space, int limit)
    {
        (_engine, _limit) = (engine, limit);
        _replacer = replacer.IsCallable() ? replacer : null;
        _keys = _replacer is null && replacer is ObjectInstance list && list.IsArray() ? Keys(list) : null;
        _gap = Gap(space);
    }

    /// <summary>The text of a value; null where <c>JSON.stringify</c> answers undefined.</summary>
    /// <param name="engine">The engine the value lives in.</param>
    /// <param name="value">The value; its getters and <c>toJSON</c> run.</param>
    /// <param name="limit">Characters the text may have.</param>
    /// <param name="replacer">A function, a list of keys, or undefined.</param>
    /// <param name="space">Indentation, or undefined.</param>
    /// <exception cref="ScriptLimitException">The text is too long, or the value too deep.</exception>
    /// <exception cref="JavaScriptException">The value contains itself, or its code threw.</exception>
    public static string? Of(Engine engine, JsValue value, int limit, JsValue? replacer = null, JsValue? space = null)
    {
        var json = new JsonText(engine, replacer ?? JsValue.Undefined, space ?? JsValue.Undefined, limit);
        var holder = new JsObject(engine);
        holder.Set("", value);
        return json.Write(holder, JsString.Empty, value) ? json._text.ToString() : null;
    }

    /// <summary>Writes one value; false, and nothing written, for one without JSON.</summary>
    private bool Write(ObjectInstance holder, JsValue key, JsValue value)
    {
        // A value that writes little but visits much is counted by its visits, like statements.
        _engine.Constraints.Check();
        value = Replaced(holder, key, value);
        switch (value)
        {
            case JsNull:
                return Append("null");
            case JsBoolean:
                return Append(TypeConverter.ToBoolean(value) ? "true" : "false");
            case JsString:
                return Quote(value.ToString());
            case JsNumber:
                return Append(double.IsFinite(((JsNumber)value).AsNumber()) ? TypeConverter.ToString(value) : "null");
            case JsBigInt:
                throw new JavaScriptException(_engine.Intrinsics.TypeError, "Do not know how to serialize a BigInt");
            case ObjectInstance instance when !instance.IsCallable():
                return Nest(instance);
            default:
                return false;
        }
    }

    private JsValue Replaced(ObjectInstance holder, JsValue key, JsValue value)
    {
        if (value is ObjectInstance || value.IsBigInt())
        {
            var owner = value as ObjectInstance ?? _engine.Construct(_engine.Intrinsics.Object, [value]);
            if (owner.Get("toJSON") is var toJson && toJson.IsCallable())
            {
                value = toJson.Call(value, [key]);
            }
        }

        if (_replacer is not null)
        {
            value = _replacer.Call(holder, [key, value]);
        }

        return Boxes.Open(value);
    }

    private bool Nest(ObjectInstance value)
    {
        if (!_open.Add(value))
        {
            throw new JavaScriptException(_engine.Intrinsics.TypeError, "Cyclic reference detected.");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() || _open.Count > 1_000)
        {
            throw new ScriptLimitException("A value is nested too deeply to become JSON.");
        }

        var outer = _indent;
        _indent += _gap;
        _ = value.IsArray() ? WriteArray(value, outer) : WriteObject(value, outer);
        _indent = outer;
        _open.Remove(value);
        return true;
    }

    private bool WriteArray(ObjectInstance array, string outer)
    {
        Append("[");
        var length = TypeConverter.ToLength(array.Get("length"));
        for (double i = 0; i < length; i++)
        {
            Separate(i == 0);
            var index = JsString.Create(TypeConverter.ToString(JsNumber.Create(i)));
            if (!Write(array, index, array.Get(index)))
            {
                Append("null");
            }
        }

        return Close(length == 0, outer, "]");
    }

    private bool WriteObject(ObjectInstance value, string outer)
    {
        Append("{");
        var empty = true;
        foreach (var key in _keys ?? value.GetOwnPropertyKeys(Types.String))
        {
            if (_keys is null && !value.GetOwnProperty(key).Enumerable)
            {
                continue;
            }

            // The name is written first and taken back when the value turns out to have no JSON.
            var start = _text.Length;
            Separate(empty);
            Quote(key.ToString());
            Append(_gap.Length == 0 ? ":" : ": ");
            if (Write(value, key, value.Get(key)))
            {
                empty = false;
            }
            else
            {
                _text.Length = start;
            }
        }

        return Close(empty, outer, "}");
    }

    private void Separate(bool first)
    {
        Append(first ? "" : ",");
        if (_gap.Length > 0)
        {
            Append("\n");
            Append(_indent);
        }
    }

    private bool Close(bool empty, string outer, string bracket)
    {
        if (!empty && _gap.Length > 0)
        {
            Append("\n");
            Append(outer);
        }

        return Append(bracket);
    }

    private bool Quote(string text)
    {
        Room(text.Length + 2);
        _text.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            var isHalf = char.IsSurrogate(character)
                && !(char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                && !(char.IsLowSurrogate(character) && i > 0 && char.IsHighSurrogate(text[i - 1]));
            _ = character switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                _ when character < ' ' || isHalf => _text.Append("\\u").Append(((int)character).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => _text.Append(character),
            };
        }

        _text.Append('"');
        return true;
    }

    private bool Append(string part)
    {
        Room(part.Length);
        _text.Append(part);
        return true;
    }

    private void Room(int length)
    {
        if (_text.Length + length > _limit)
        {
            throw new ScriptLimitException($"The script makes more than {_limit} characters of JSON in one step.");
        }
    }

    private static List<JsValue> Keys(ObjectInstance list)
    {
        var keys = new List<JsValue>();
        var length = TypeConverter.ToLength(list.Get("length"));
        for (double i = 0; i < Math.Min(length, 10_000); i++)
        {
            var key = Boxes.Open(list.Get(JsNumber.Create(i)));
            if (key is JsString or JsNumber && JsString.Create(TypeConverter.ToString(key)) is var name && !keys.Contains(name))
            {
                keys.Add(name);
            }
        }

        return keys;
    }

    private static string Gap(JsValue space)
    {
        space = Boxes.Open(space);
        return space switch
        {
            JsNumber => new string(' ', (int)Math.Clamp(TypeConverter.ToNumber(space), 0, 10)),
            JsString when space.ToString() is { Length: > 10 } text => text[..10],
            JsString => space.ToString(),
            _ => "",
        };
    }
}
