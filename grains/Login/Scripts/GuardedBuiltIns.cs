using System.Collections.Frozen;
using Jint;
using Jint.Native;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Takes away or bounds the built-ins with which a single call could outgrow every limit.</summary>
internal static class GuardedBuiltIns
{
    /// <summary>
    /// Globals a provider script does not have. Binary buffers allocate gigabytes in one step without any check, a shadow realm has
    /// unguarded built-ins, shared memory and waiting have no use without threads.
    /// </summary>
    public static readonly FrozenSet<string> Removed = new[]
    {
        "ArrayBuffer", "SharedArrayBuffer", "DataView", "TypedArray", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array",
        "Uint16Array", "Int32Array", "Uint32Array", "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
        "Atomics", "ShadowRealm", "WeakRef", "FinalizationRegistry", "eval", "Temporal",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly JsValue[] RemovedKeys = [.. Removed.Select(name => JsString.Create(name))];

    /// <summary>Prepares a fresh engine.</summary>
    public static void Install(Engine engine)
    {
        foreach (var key in RemovedKeys)
        {
            engine.Global.Delete(key);
        }
    }
}
