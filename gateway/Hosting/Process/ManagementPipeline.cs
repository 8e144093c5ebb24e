namespace Uitsmijter.Actors.Hosting;

/// <summary>What the management port answers: probes, metrics, and what an operator may command; everything else is 404 without a body.</summary>
internal static class ManagementPipeline
{
    /// <summary>Serves the management port; requests of other ports go on.</summary>
    /// <param name="app">The pipeline; call it first.</param>
    /// <param name="operations">Commands, which ask for a credential themselves; false when a request is none. Null where there are none.</param>
    public static void UseManagementPort(this WebApplication app, Func<HttpContext, ValueTask<bool>>? operations = null)
    {
        var port = app.Services.GetRequiredService<ManagementPort>();
        var metrics = app.Services.GetRequiredService<ProcessMetrics>();
        app.Use((context, next) => port.Served(context) ? Answer(context, metrics, operations) : next(context));
    }

    private static async Task Answer(HttpContext context, ProcessMetrics metrics, Func<HttpContext, ValueTask<bool>>? operations)
    {
        if (await HealthEndpoints.Answer(context))
        {
            return;
        }

        if (context.Request.Path == ProcessMetrics.Path && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            await metrics.Write(context);
            return;
        }

        if (operations is null || !await operations(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
