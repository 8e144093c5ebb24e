using System.Collections.Immutable;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Reads the getters of a provider after it committed (contract configuration.md §3.3).</summary>
internal static class Answers
{
    private static readonly UTF8Encoding WholeCharacters = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const int LongestWord = 1_024;
    private const int MostScopes = 256;
    private const int MostMethods = 16;

    private static readonly JsString UserProfile = JsString.Create("userProfile");
    private static readonly JsString Role = JsString.Create("role");
    private static readonly JsString ScopesName = JsString.Create("scopes");
    private static readonly JsString AcrName = JsString.Create("acr");
    private static readonly JsString AmrName = JsString.Create("amr");

    /// <summary>Reads what the class is asked for.</summary>
    /// <exception cref="ScriptLimitException">An answer is larger than it may be.</exception>
    /// <exception cref="UnusableAnswerException">The deciding getter is something that would always count as yes.</exception>
    public static ScriptResult.Answered Read(
        Engine engine, ObjectInstance provider, string className, Commitments commitments, ScriptLimits limits, ScriptConsole console)
    {
        if (className == HostFunctionNames.ValidationClass)
        {
            return new() { Allowed = Decision(provider, "isValid"), Committed = commitments.Values };
        }

        var profile = Property(provider, UserProfile) is { } value ? ResultJson.Of(engine, value, limits.Result) : null;
        if (profile is null)
        {
            console.Remark(LogLevel.Error, "userProfile is missing or has no JSON form; the profile is null");
        }

        return new()
        {
            Allowed = Decision(provider, "canLogin"),
            Subject = Bounded(commitments.Subject(), "subject"),
            Role = Word(provider, Role, "role"),
            Acr = Word(provider, AcrName, "acr") is { Length: > 0 } acr ? acr : null,
            Amr = Words(Property(provider, AmrName), MostMethods, "authentication method"),
            ProfileJson = profile,
            Scopes = Words(Property(provider, ScopesName), MostScopes, "scope"),
            Committed = commitments.Values,
        };
    }

    /// <summary>
    /// Truthiness, as ever. But a function (a getter that lost its <c>get</c>) and a promise (an <c>async</c> one) are always true and
    /// would let everybody in; nobody means that.
    /// </summary>
    private static bool Decision(ObjectInstance provider, string name)
    {
        var value = Property(provider, JsString.Create(name));
        return value switch
        {
            null => false,
            _ when value.IsPromise() => throw new UnusableAnswerException($"{name} is a promise; wait for it before commit and keep the answer in a field"),
            _ when value.IsCallable() => throw new UnusableAnswerException($"{name} is a function; write `get {name}()`"),
            _ => TypeConverter.ToBoolean(value),
        };
    }

    /// <summary>A getter that throws counts as missing.</summary>
    private static JsValue? Property(ObjectInstance provider, JsValue name)
    {
        try
        {
            var value = provider.Get(name);
            return value.IsUndefined() ? null : value;
        }
        catch (JavaScriptException)
        {
            return null;
        }
    }

    private static string? Word(ObjectInstance provider, JsString getter, string name) =>
        Property(provider, getter) is { } value && value.IsString() ? Bounded(value.ToString(), name) : null;

    private static ImmutableArray<string> Words(JsValue? value, int most, string name)
    {
        if (value is not JsArray array)
        {
            return [];
        }

        if (array.Length > most)
        {
            throw new ScriptLimitException($"The script gives more than {most} {name}s.");
        }

        var words = ImmutableArray.CreateBuilder<string>((int)array.Length);
        for (uint i = 0; i < array.Length; i++)
        {
            if (Property(array, JsNumber.Create(i)) is not { } word || !word.IsString())
            {
                return [];
            }

            words.Add(Bounded(word.ToString(), name)!);
        }

        return words.ToImmutable();
    }

    /// <summary>These words end up in headers and cookies: no control characters, and an end.</summary>
    private static string? Bounded(string? word, string name)
    {
        if (word is { Length: > LongestWord })
        {
            throw new ScriptLimitException($"The script's {name} is longer than {LongestWord} characters.");
        }

        return word is not null && (word.Any(char.IsControl) || !IsWhole(word))
            ? throw new UnusableAnswerException($"the {name} contains control characters or half of a character")
            : word;
    }

    private static bool IsWhole(string word)
    {
        try
        {
            return WholeCharacters.GetByteCount(word) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
