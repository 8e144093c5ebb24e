using System.Collections.Frozen;
using System.Diagnostics;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.ForwardAuth;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>Measures every request of the public listener. Outermost, so that it also sees what the forward-auth path answers.</summary>
internal sealed class RequestMeter(RequestDelegate next, RequestMetrics metrics)
{
    private const string Undefined = "undefined";

    // The name the reference gives to what no route matched; dashboards filter by it.
    private const string UndefinedPath = "vapor_route_undefined";

    // Forward-auth answers before routing, so its patterns are named here.
    private static readonly FrozenSet<string> _unrouted = FrozenSet.Create(
        StringComparer.Ordinal, [.. Dialect.All.Where(static dialect => dialect != Dialect.Envoy).Select(static dialect => dialect.Path)]);

    private static readonly FrozenSet<string> _methods = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

    private static readonly (string Prefix, string Pattern)[] _folders =
        [($"{Dialect.Envoy.Path}/", $"{Dialect.Envoy.Path}/{{**target}}"), ("/css/", "/css/{file}"), ("/js/", "/js/{file}"), ("/images/", "/images/{file}"), ("/fonts/", "/fonts/{file}")];

    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = next(context);
        if (!answer.IsCompletedSuccessfully)
        {
            return Wait(context, answer, started);
        }

        Record(context, started);
        return Task.CompletedTask;
    }

    private async Task Wait(HttpContext context, Task answer, long started)
    {
        try
        {
            await answer;
        }
        finally
        {
            Record(context, started);
        }
    }

    private void Record(HttpContext context, long started)
    {
        var path = Pattern(context);
        var method = ReferenceEquals(path, UndefinedPath) ? Undefined : Method(context);
        if (Activity.Current is { IsAllDataRequested: true } span)
        {
            span.SetTag(SpanTags.Route, path);
            span.DisplayName = $"{method} {path}";
        }

        metrics.Record(method, path, context.Response.StatusCode, Stopwatch.GetTimestamp() - started);
    }

    /// <summary>Method and route of a request in words of ours, however it was spelled: what may stand in a log.</summary>
    /// <param name="context">The request.</param>
    public static (string Method, string Route) NamesOf(HttpContext context) => (Method(context), Pattern(context));

    private static string Method(HttpContext context) => _methods.TryGetValue(context.Request.Method, out var known) ? known : Undefined;

    private static string Pattern(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (_unrouted.TryGetValue(path, out var known))
        {
            return known;
        }

        if (context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern })
        {
            return pattern;
        }

        // A file that is not there is no route.
        if (context.Response.StatusCode != StatusCodes.Status404NotFound)
        {
            foreach (var (prefix, folder) in _folders)
            {
                if (path.StartsWith(prefix, StringComparison.Ordinal))
                {
                    return folder;
                }
            }
        }

        return UndefinedPath;
    }
}
