using System.Collections.Frozen;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Takes away or bounds the built-ins with which a single call could outgrow every limit: the engine checks its limits between steps,
/// and these would make gigabytes in one. Everything else allocates in proportion to what the script already paid for.
/// </summary>
internal sealed class GuardedBuiltIns(ScriptLimits limits)
{
    /// <summary>
    /// Globals a provider script does not have. Binary buffers allocate without any check, a shadow realm has unguarded built-ins,
    /// shared memory and waiting have no use without threads, <c>Temporal</c> is not finished.
    /// </summary>
    public static readonly FrozenSet<string> Removed = new[]
    {
        "ArrayBuffer", "SharedArrayBuffer", "DataView", "TypedArray", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array",
        "Uint16Array", "Int32Array", "Uint32Array", "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
        "Atomics", "ShadowRealm", "WeakRef", "FinalizationRegistry", "eval", "Temporal",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Joins a list of texts of any length, in a class nobody can wrap without being seen.
    private static readonly JsValue ListFormat = JsString.Create("ListFormat");
    private static readonly JsValue Intl = JsString.Create("Intl");
    private static readonly JsValue Json = JsString.Create("JSON");
    private static readonly JsValue[] RemovedKeys = [.. Removed.Select(name => JsString.Create(name))];

    /// <summary>Prepares a fresh engine. Each guard is in its place from the first statement on, and made when somebody takes it from there: most scripts use one or two.</summary>
    public void Install(Engine engine)
    {
        foreach (var key in RemovedKeys)
        {
            // Not taken out of the global object: the engine would lay out all of that anew, for every run.
            Define(engine.Global, key, JsValue.Undefined);
        }

        WhenReached(engine, Intl, static (intl, _) => intl.Delete(ListFormat));
        WhenReached(engine, Json, static (json, guards) => Define(json, "stringify", new ClrFunction(json.Engine, "stringify", (_, arguments) => guards.Stringify(json.Engine, arguments), 3)));
        var strings = Prototype(engine, "String");
        Guard(engine, strings, "repeat", 1, Repeat);
        Guard(engine, strings, "padStart", 2, Pad);
        Guard(engine, strings, "padEnd", 2, Pad);
        Guard(engine, (ObjectInstance)engine.Global.Get("String"), "raw", 1, static (_, guards) => (engine, _, arguments) => guards.Raw(engine, arguments));
        Guard(engine, strings, "concat", 1, static (_, guards) => (engine, self, arguments) => guards.Concat(engine, self, arguments));
        Guard(engine, strings, "replace", 2, Replace);
        Guard(engine, strings, "replaceAll", 2, Replace);
        Guard(engine, Prototype(engine, "RegExp"), GlobalSymbolRegistry.Replace, 2, Replace);
        GuardedArrays.Install(engine, Prototype(engine, "Array"), limits);
        GuardStringsAsObjects(engine);
    }

    /// <summary>Guards what only its global name leads to, as soon as somebody follows it.</summary>
    private void WhenReached(Engine engine, JsValue name, Action<ObjectInstance, GuardedBuiltIns> guard) => Later(
        engine.Global, name, (Original: engine.Global.GetOwnProperty(name), Guard: guard, Guards: this), static one =>
        {
            var found = (ObjectInstance)one.Original.Value;
            one.Guard(found, one.Guards);
            return found;
        });

    /// <summary>A text is an object with one property a character, each of which costs a hundred times its character.</summary>
    private void GuardStringsAsObjects(Engine engine)
    {
        var objects = (ObjectInstance)engine.Global.Get("Object");
        string[] names = ["keys", "values", "entries", "getOwnPropertyNames", "getOwnPropertyDescriptors", "assign"];
        foreach (var name in names)
        {
            Guard(engine, objects, name, name == "assign" ? 2 : 1, static (original, guards) => (_, self, arguments) =>
            {
                foreach (var argument in arguments)
                {
                    guards.Check(10d * ((Boxes.Open(argument) as JsString)?.Length ?? 0));
                }

                return original.Call(self, arguments);
            });
        }
    }

    /// <summary>Replaces a property like a built-in one.</summary>
    public static void Define(ObjectInstance owner, JsValue name, JsValue value) =>
        owner.FastSetProperty(name, new PropertyDescriptor(value, writable: true, enumerable: false, configurable: true));

    /// <summary>Replaces a property like a built-in one; its value is made when it is read first.</summary>
    public static void Later<TState>(ObjectInstance owner, JsValue name, TState state, Func<TState, JsValue> make) =>
        owner.FastSetProperty(name, PropertyDescriptor.CreateLazy(state, make, PropertyFlag.NonEnumerable));

    private static ObjectInstance Prototype(Engine engine, string constructor) =>
        (ObjectInstance)((ObjectInstance)engine.Global.Get(constructor)).Get("prototype");

    private void Guard(
        Engine engine, ObjectInstance owner, JsValue name, int length,
        Func<JsValue, GuardedBuiltIns, Func<Engine, JsValue, JsValue[], JsValue>> guard)
    {
        // The original is taken now, before any script runs.
        Later(owner, name, (Engine: engine, Name: name, Original: owner.GetOwnProperty(name), Length: length, Guard: guard, Guards: this), static one =>
        {
            var (engine, guarded) = (one.Engine, one.Guard(one.Original.Value, one.Guards));
            return new ClrFunction(
                engine, one.Name is JsString ? one.Name.ToString() : "[Symbol.replace]", (self, arguments) => guarded(engine, self, arguments), one.Length);
        });
    }

    private static Func<Engine, JsValue, JsValue[], JsValue> Repeat(JsValue original, GuardedBuiltIns guards) => (_, self, arguments) =>
    {
        if (self.IsUndefined() || self.IsNull())
        {
            return original.Call(self, arguments);
        }

        var text = Text(self);
        var count = TypeConverter.ToNumber(arguments.Length > 0 ? arguments[0] : JsValue.Undefined);
        guards.Check(text.Length * count);
        return original.Call(text, [JsNumber.Create(count)]);
    };

    private static Func<Engine, JsValue, JsValue[], JsValue> Pad(JsValue original, GuardedBuiltIns guards) => (_, self, arguments) =>
    {
        if (self.IsUndefined() || self.IsNull())
        {
            return original.Call(self, arguments);
        }

        var text = Text(self);
        double length = TypeConverter.ToLength(arguments.Length > 0 ? arguments[0] : JsValue.Undefined);
        if (length > text.Length)
        {
            guards.Check(length);
        }

        return original.Call(text, [JsNumber.Create(length), .. arguments.Skip(1)]);
    };

    private JsString Raw(Engine engine, JsValue[] arguments)
    {
        var raw = ToObject(engine, ToObject(engine, arguments.Length > 0 ? arguments[0] : JsValue.Undefined).Get("raw"));
        var length = TypeConverter.ToLength(raw.Get("length"));
        var text = new StringBuilder();
        for (double i = 0; i < length; i++)
        {
            // As many empty pieces as one likes cost steps.
            engine.Constraints.Check();
            Append(raw.Get(JsNumber.Create(i)));
            if (i + 1 < length && i + 1 < arguments.Length)
            {
                Append(arguments[(int)i + 1]);
            }
        }

        return JsString.Create(text.ToString());

        void Append(JsValue value)
        {
            var part = TypeConverter.ToString(value);
            Check((double)text.Length + part.Length);
            text.Append(part);
        }
    }

    private static ObjectInstance ToObject(Engine engine, JsValue value) => value as ObjectInstance
        ?? (value.IsNull() || value.IsUndefined()
            ? throw new JavaScriptException(engine.Intrinsics.TypeError, "Cannot convert undefined or null to object")
            : engine.Construct(engine.Intrinsics.Object, [value]));

    private JsString Concat(Engine engine, JsValue self, JsValue[] arguments)
    {
        if (self.IsUndefined() || self.IsNull())
        {
            throw new JavaScriptException(engine.Intrinsics.TypeError, "String.prototype.concat called on null or undefined");
        }

        var parts = new string[arguments.Length + 1];
        parts[0] = TypeConverter.ToString(self);
        double length = parts[0].Length;
        for (var i = 0; i < arguments.Length; i++)
        {
            parts[i + 1] = TypeConverter.ToString(arguments[i]);
            Check(length += parts[i + 1].Length);
        }

        return JsString.Create(string.Concat(parts));
    }

    /// <summary>Replacing multiplies: matches times replacement. Where that could be too much, a counting function replaces.</summary>
    private static Func<Engine, JsValue, JsValue[], JsValue> Replace(JsValue original, GuardedBuiltIns guards) => (engine, self, arguments) =>
    {
        // In String.prototype the text is `this`, in RegExp.prototype it is the first argument; the replacement is the second in both.
        var replacement = arguments.Length > 1 ? arguments[1] : JsValue.Undefined;
        if (!replacement.IsCallable())
        {
            replacement = Text(replacement);
            var text = self.IsString() ? self : arguments.Length > 0 && arguments[0].IsString() ? arguments[0] : null;
            var longest = text is JsString known ? known.Length : guards.StringLength;
            var each = ((JsString)replacement).Length * (replacement.ToString().Contains('$', StringComparison.Ordinal) ? (double)longest : 1);
            if (longest + ((longest + 1) * each) <= guards.StringLength)
            {
                return original.Call(self, arguments);
            }
        }

        var total = 0d;
        var counting = new ClrFunction(engine, "", (_, match) =>
        {
            var part = replacement.IsCallable()
                ? TypeConverter.ToString(replacement.Call(JsValue.Undefined, match))
                : Substitution.Of(replacement.ToString(), match, guards.StringLength);
            guards.Check(total += part.Length);
            return JsString.Create(part);
        });
        return original.Call(self, [arguments.Length > 0 ? arguments[0] : JsValue.Undefined, counting]);
    };

    private JsValue Stringify(Engine engine, JsValue[] arguments)
    {
        JsValue At(int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;

        return JsonText.Of(engine, At(0), StringLength, At(1), At(2)) is { } json ? JsString.Create(json) : JsValue.Undefined;
    }

    private static JsString Text(JsValue value) => value as JsString ?? JsString.Create(TypeConverter.ToString(value));

    private int StringLength => limits.StringLength;

    private void Check(double length)
    {
        if (length > limits.StringLength)
        {
            throw TooLong(limits.StringLength);
        }
    }

    /// <summary>The end of a run that makes too long a text.</summary>
    public static ScriptLimitException TooLong(int limit) => new($"The script makes a text of more than {limit} characters in one step.");
}
