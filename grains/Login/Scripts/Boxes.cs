using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Takes primitives out of their wrapper objects, as JSON does.</summary>
internal static class Boxes
{
    // The interpreter keeps these types to itself; an example of each tells them all the same.
    private static readonly Type NumberBox = TypeOf("new Number(1)");
    private static readonly Type StringBox = TypeOf("new String('')");
    private static readonly Type BooleanBox = TypeOf("new Boolean(true)");

    /// <summary>The value inside <c>new Number</c>, <c>new String</c> and <c>new Boolean</c>; everything else as it is.</summary>
    public static JsValue Open(JsValue value)
    {
        var type = value.GetType();
        return type == NumberBox ? JsNumber.Create(TypeConverter.ToNumber(value))
            : type == StringBox ? JsString.Create(TypeConverter.ToString(value))
            : type == BooleanBox ? (value.ToObject() is true ? JsBoolean.True : JsBoolean.False)
            : value;
    }

    private static Type TypeOf(string expression)
    {
        using var engine = new Engine();
        return engine.Evaluate(expression).GetType();
    }
}
