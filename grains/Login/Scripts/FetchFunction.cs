using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Json;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Interop;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>The script's side of <c>fetch</c>: reads its arguments and builds its answers, always on the run's own thread.</summary>
internal static class FetchFunction
{
    /// <summary>Reads <c>fetch(url, settings)</c>.</summary>
    /// <param name="engine">The engine of the run.</param>
    /// <param name="arguments">What the script gave.</param>
    /// <param name="settings">The tenant's.</param>
    /// <param name="limits">Those of the run.</param>
    /// <exception cref="ScriptLimitException">The body is too long.</exception>
    /// <exception cref="FetchRefusedException">The arguments describe no request; the promise rejects.</exception>
    /// <exception cref="JavaScriptException">A getter or <c>toString</c> of the settings threw; the promise rejects.</exception>
    public static FetchRequest Read(Engine engine, JsValue[] arguments, ScriptSettings settings, ScriptLimits limits)
    {
        if (arguments.Length == 0 || arguments[0].IsUndefined() || arguments[0].IsNull())
        {
            throw new FetchRefusedException("fetch needs a URL");
        }

        if (!Uri.TryCreate(TypeConverter.ToString(arguments[0]), UriKind.Absolute, out var url) || !FetchHeaders.IsWebAddress(url))
        {
            throw new FetchRefusedException("fetch needs an absolute http or https URL without credentials in it");
        }

        var options = arguments.Length > 1 ? arguments[1] as ObjectInstance : null;
        var headers = Headers(options?.Get("headers"));
        return new()
        {
            Url = url,
            Method = Method(options?.Get("method")),
            Body = Body(engine, options?.Get("body"), headers, limits),
            Headers = headers,
            ResolveErrorStatus = options?.Get("resolveErrorStatus") is JsBoolean chosen
                ? TypeConverter.ToBoolean(chosen)
                : settings.ResolveErrorStatus,
        };
    }

    /// <summary>Settles the promise with what came back.</summary>
    public static void Settle(Engine engine, PendingFetch fetch, FetchOutcome outcome)
    {
        switch (outcome)
        {
            case FetchOutcome.Answered answer when answer.Status is >= 200 and < 300 || fetch.Request.ResolveErrorStatus:
                fetch.Promise.Resolve(Response(engine, answer));
                break;
            case FetchOutcome.Answered answer:
                // The message names URL and status (contract configuration.md §3.5); code and body let the script tell 401 from 500.
                var error = Error(engine, $"{FetchRequest.Shown(fetch.Request.Url)} answered with status {answer.Status}");
                error.Set("code", answer.Status);
                error.Set("status", answer.Status);
                error.Set("body", answer.Body);
                fetch.Promise.Reject(error);
                break;
            case FetchOutcome.Failed failed:
                fetch.Promise.Reject(Error(engine, failed.Message));
                break;
        }
    }

    /// <summary>An <c>Error</c> of the script's own world.</summary>
    public static ObjectInstance Error(Engine engine, string message) =>
        engine.Construct(engine.Intrinsics.Error, [JsString.Create(message)]);

    private static string Method(JsValue? value)
    {
        if (value is null || value.IsUndefined() || value.IsNull())
        {
            return "GET";
        }

        var method = TypeConverter.ToString(value).ToUpperInvariant();
        var usable = method.Length is > 0 and <= 20 && method.All(char.IsAsciiLetterUpper) && method is not ("CONNECT" or "TRACE" or "TRACK");
        return usable ? method : throw new FetchRefusedException("fetch cannot use this method");
    }

    private static List<KeyValuePair<string, string>> Headers(JsValue? value)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (value is ObjectInstance given)
        {
            foreach (var key in given.GetOwnPropertyKeys(Types.String))
            {
                if (given.Get(key) is { } header && !header.IsUndefined() && !header.IsNull())
                {
                    headers.Add(new(key.ToString(), TypeConverter.ToString(header)));
                }
            }
        }

        return headers.Count <= 50 ? headers : throw new FetchRefusedException("fetch can send at most 50 headers");
    }

    private static byte[]? Body(Engine engine, JsValue? value, List<KeyValuePair<string, string>> headers, ScriptLimits limits)
    {
        if (value is null || value.IsUndefined() || value.IsNull())
        {
            return null;
        }

        if (value is not ObjectInstance)
        {
            return Encoding.UTF8.GetBytes(TypeConverter.ToString(value));
        }

        if (!headers.Exists(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
        {
            headers.Add(new("Content-Type", "application/json"));
        }

        return JsonText.Of(engine, value, limits.StringLength) is { } json ? Encoding.UTF8.GetBytes(json) : null;
    }

    private static JsObject Response(Engine engine, FetchOutcome.Answered answer)
    {
        var headers = JsObject.CreateFromEntries(
            engine, answer.Headers.Select(header => KeyValuePair.Create<string, JsValue>(header.Key, JsString.Create(header.Value))));
        var body = JsString.Create(answer.Body);
        return JsObject.CreateFromEntries(engine,
        [
            new("code", answer.Status),
            new("status", answer.Status),
            new("ok", answer.Status is >= 200 and < 300 ? JsBoolean.True : JsBoolean.False),
            new("url", JsString.Create(answer.Url.AbsoluteUri)),
            new("headers", headers),
            new("body", body),
            new("text", new ClrFunction(engine, "text", (_, _) => Promised(engine, () => body))),
            new("json", new ClrFunction(engine, "json", (_, _) => Promised(engine, () => new JsonParser(engine).Parse(answer.Body)))),
        ]);
    }

    private static JsValue Promised(Engine engine, Func<JsValue> value)
    {
        var promise = engine.Advanced.RegisterPromise();
        try
        {
            promise.Resolve(value());
        }
        catch (JavaScriptException wrong)
        {
            promise.Reject(wrong.Error);
        }

        return promise.Promise;
    }
}
