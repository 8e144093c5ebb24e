using System.Runtime.CompilerServices;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Turning an array into text, or flattening it, visits shared parts again and again, so twenty small arrays can make terabytes. These
/// versions count what they write and what they visit.
/// </summary>
internal sealed class GuardedArrays
{
    private readonly HashSet<ObjectInstance> _joining = new(ReferenceEqualityComparer.Instance);
    private readonly Engine _engine;
    private readonly int _limit;
    private readonly int _arraySize;

    private GuardedArrays(Engine engine, ScriptLimits limits) =>
        (_engine, _limit, _arraySize) = (engine, limits.StringLength, limits.ArraySize);

    /// <summary>Replaces the ways to text and to one level.</summary>
    public static void Install(Engine engine, ObjectInstance prototype, ScriptLimits limits)
    {
        var arrays = new GuardedArrays(engine, limits);
        Define("join", arrays.Join, 1);
        Define("toString", arrays.ToText, 0);
        Define("toLocaleString", arrays.ToLocaleText, 0);
        Define("flat", arrays.Flat, 0);

        void Define(string name, Func<JsValue, JsValue[], JsValue> function, int length) =>
            GuardedBuiltIns.Later(prototype, name, (Engine: engine, Name: name, Function: function, Length: length), static one => new ClrFunction(one.Engine, one.Name, one.Function, one.Length));
    }

    private JsValue Join(JsValue self, JsValue[] arguments) => Write(
        self,
        arguments.Length == 0 || arguments[0].IsUndefined() ? "," : TypeConverter.ToString(arguments[0]),
        static element => TypeConverter.ToString(element));

    private JsValue ToText(JsValue self, JsValue[] arguments)
    {
        var array = ToObject(self);
        var join = array.Get("join");
        return join.IsCallable()
            ? join.Call(array, [])
            : ((ObjectInstance)_engine.Intrinsics.Object.Get("prototype")).Get("toString").Call(array, []);
    }

    private JsValue ToLocaleText(JsValue self, JsValue[] arguments) => Write(
        self,
        ",",
        element => TypeConverter.ToString(ToObject(element).Get("toLocaleString").Call(element, arguments)));

    private JsArray Flat(JsValue self, JsValue[] arguments)
    {
        var depth = arguments.Length == 0 || arguments[0].IsUndefined() ? 1 : TypeConverter.ToNumber(arguments[0]);
        var flat = new List<JsValue>();
        Flatten(ToObject(self), depth, flat);
        return new JsArray(_engine, [.. flat]);
    }

    private void Flatten(ObjectInstance array, double depth, List<JsValue> flat)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() || flat.Count > _arraySize)
        {
            throw new ScriptLimitException("An array is too large or too deep to be flattened.");
        }

        var length = TypeConverter.ToLength(array.Get("length"));
        for (double i = 0; i < length; i++)
        {
            _engine.Constraints.Check();
            var index = JsNumber.Create(i);
            if (!array.HasProperty(index))
            {
                continue;
            }

            var element = array.Get(index);
            if (depth > 0 && element is ObjectInstance inner && inner.IsArray())
            {
                Flatten(inner, depth - 1, flat);
            }
            else
            {
                flat.Add(element);
            }
        }
    }

    private JsString Write(JsValue self, string separator, Func<JsValue, string> text)
    {
        var array = ToObject(self);
        if (!_joining.Add(array))
        {
            return JsString.Empty;
        }

        try
        {
            if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                throw new ScriptLimitException("Arrays are nested too deeply to become text.");
            }

            return JsString.Create(Write(array, separator, text));
        }
        finally
        {
            _joining.Remove(array);
        }
    }

    private ObjectInstance ToObject(JsValue value) => value as ObjectInstance
        ?? (value.IsNull() || value.IsUndefined()
            ? throw new JavaScriptException(_engine.Intrinsics.TypeError, "Cannot convert undefined or null to object")
            : _engine.Construct(_engine.Intrinsics.Object, [value]));

    private string Write(ObjectInstance array, string separator, Func<JsValue, string> text)
    {
        var length = TypeConverter.ToLength(array.Get("length"));
        var result = new StringBuilder();
        for (double i = 0; i < length; i++)
        {
            // An array of a billion holes costs a billion steps, and each is counted like a statement.
            _engine.Constraints.Check();
            var element = array.Get(JsNumber.Create(i));
            var part = element.IsUndefined() || element.IsNull() ? "" : text(element);
            if (result.Length + separator.Length + part.Length > _limit)
            {
                throw GuardedBuiltIns.TooLong(_limit);
            }

            result.Append(i > 0 ? separator : "").Append(part);
        }

        return result.ToString();
    }
}
