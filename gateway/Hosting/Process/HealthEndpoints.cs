using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// <c>/health</c>: the process makes progress, whatever its dependencies do, so that a store that is down never restarts it.
/// <c>/health/ready</c>: it has what it needs to decide; else 503 and the names of what is missing.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Path of the liveness probe.</summary>
    public const string Live = "/health";

    /// <summary>Path of the readiness probe.</summary>
    public const string Ready = "/health/ready";

    /// <summary>Answers a probe; false when the path is none. Query strings do not matter (contract http.md §2.1).</summary>
    /// <param name="context">The request.</param>
    public static async ValueTask<bool> Answer(HttpContext context)
    {
        var path = context.Request.Path.Value?.TrimEnd('/');
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return false;
        }

        switch (path)
        {
            case Live:
                context.Response.Headers.CacheControl = "no-store";
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return true;
            case Ready:
                await AnswerReady(context);
                return true;
            default:
                return false;
        }
    }

    private static async Task AnswerReady(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var missing = await Missing(context);
        if (missing.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json; charset=utf-8";
        using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("status", StatusCodes.Status503ServiceUnavailable);
        writer.WriteStartObject("missing");
        foreach (var (name, why) in missing)
        {
            writer.WriteString(name, why);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    private static async Task<IReadOnlyList<(string Name, string Why)>> Missing(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return [("process", "it is stopping")];
        }

        // A check that talks to something may not be asked before that something has been started.
        if (!services.GetRequiredService<StagedStart>().IsComplete)
        {
            return [("cluster", "it has not been joined yet")];
        }

        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(context.RequestAborted);
        return [.. report.Entries
            .Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => (entry.Key, entry.Value.Description ?? "it is not there yet"))];
    }
}
