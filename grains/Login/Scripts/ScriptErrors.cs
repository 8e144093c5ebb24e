using System.Buffers;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Says what a script threw in a sentence its author understands.</summary>
internal static class ScriptErrors
{
    private static readonly SearchValues<char> PlaceCharacters = SearchValues.Create("0123456789:");

    /// <summary>What kind of failure an exception out of a run is, and what to tell about it. Messages of our own code stay out.</summary>
    public static (ScriptFailure Failure, string Message) Explain(Exception failure)
    {
        if (failure is not JavaScriptException thrown)
        {
            return Known(failure);
        }

        try
        {
            return (ScriptFailure.Threw, Describe(thrown));
        }
        catch (Exception second) when (second is not JavaScriptException)
        {
            // The thrown object's getters ran into a limit; they run outside of every other handler.
            return Known(second);
        }
    }

    private static (ScriptFailure Failure, string Message) Known(Exception failure) => failure switch
    {
        ScriptLimitException or MemoryLimitExceededException or RecursionDepthOverflowException or StatementsCountOverflowException
            => (ScriptFailure.LimitExceeded, failure.Message),
        RegexMatchTimeoutException => (ScriptFailure.LimitExceeded, "A regular expression took too long."),
        OutOfMemoryException or InsufficientExecutionStackException or OverflowException
            => (ScriptFailure.LimitExceeded, "The script asked for more than there is."),
        ScriptStoppedException => (ScriptFailure.TimedOut, "The run was stopped."),
        UnusableAnswerException => (ScriptFailure.Threw, failure.Message),
        ScriptPreparationException => (ScriptFailure.NoProvider, "The scripts cannot be parsed: " + failure.InnerException?.Message),
        _ => (ScriptFailure.Threw, $"The interpreter failed with {failure.GetType().Name}."),
    };

    /// <summary>An error that came out of the engine.</summary>
    public static string Describe(JavaScriptException error) => $"{Describe(error.Error)}{Place(error)}";

    /// <summary>A thrown or rejected value. Reading it may run the script's own code, so it happens inside the run.</summary>
    public static string Describe(JsValue value)
    {
        try
        {
            if (value is not ObjectInstance error)
            {
                return value is JsSymbol ? value.ToString() : TypeConverter.ToString(value);
            }

            var (name, message) = (error.Get("name"), error.Get("message"));
            return (name.IsString() ? name.ToString() : "Error") + (message.IsString() ? $": {message}" : "") + Origin(error);
        }
        catch (JavaScriptException)
        {
            return "an error that cannot be described";
        }
    }

    private static string Place(JavaScriptException error) =>
        error.Location is { Start.Line: > 0 } location && error.Error is not ObjectInstance
            ? $" (line {location.Start.Line}, column {location.Start.Column + 1})"
            : "";

    /// <summary>The place an error object was made at, the first line of its stack that is in the tenant's scripts.</summary>
    private static string Origin(ObjectInstance error)
    {
        if (!error.Get("stack").IsString())
        {
            return "";
        }

        var stack = error.Get("stack").ToString();
        var start = stack.IndexOf(PreparedProviders.SourceName + ":", StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        start += PreparedProviders.SourceName.Length + 1;
        var end = stack.AsSpan(start).IndexOfAnyExcept(PlaceCharacters);
        var place = (end < 0 ? stack[start..] : stack[start..(start + end)]).Split(':');
        return place.Length > 1 ? $" (line {place[0]}, column {place[1]})" : $" (line {place[0]})";
    }
}
