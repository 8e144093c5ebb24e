using Acornima.Ast;
using Jint;
using Jint.Native;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Finds the class a script declares. Classes are no properties of the global object, so the engine itself has to look.</summary>
internal static class ProviderClasses
{
    private static readonly Prepared<Script> Login = Lookup(HostFunctionNames.LoginClass);
    private static readonly Prepared<Script> Validation = Lookup(HostFunctionNames.ValidationClass);

    /// <summary>The class, or null when nothing of that name is a function.</summary>
    public static JsValue? Find(Engine engine, string className)
    {
        var found = engine.Evaluate(className == HostFunctionNames.LoginClass ? Login : Validation);
        return found.IsUndefined() ? null : found;
    }

    private static Prepared<Script> Lookup(string name) => Engine.PrepareScript($"typeof {name} === 'function' ? {name} : undefined");
}
