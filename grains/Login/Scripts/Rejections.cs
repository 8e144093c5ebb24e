using Jint;
using Jint.Native;
using Jint.Native.Promise;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>The promises of a run that were rejected and that nobody handled (ECMA-262, HostPromiseRejectionTracker).</summary>
internal sealed class Rejections
{
    private readonly Dictionary<JsValue, JsValue> _unhandled = new(ReferenceEqualityComparer.Instance);

    /// <summary>The reason of one of them, or null when there is none. Right when the job queue is empty.</summary>
    public JsValue? First => _unhandled.Values.FirstOrDefault();

    /// <summary>A promise was rejected without a handler, or got one later.</summary>
    public void Track(object? sender, PromiseRejectionTrackerEventArgs rejection)
    {
        if (rejection.Operation == PromiseRejectionOperation.Reject)
        {
            _unhandled[rejection.Promise] = rejection.Value ?? JsValue.Undefined;
        }
        else
        {
            _unhandled.Remove(rejection.Promise);
        }
    }

    /// <summary>After a commit they change nothing any more, but their author should know.</summary>
    public void Report(ScriptConsole console)
    {
        foreach (var reason in _unhandled.Values.Take(10))
        {
            console.Remark(LogLevel.Warning, "a promise was rejected and nobody handled it: " + ScriptErrors.Describe(reason));
        }
    }
}
