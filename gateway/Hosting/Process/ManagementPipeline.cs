namespace Uitsmijter.Actors.Hosting;

/// <summary>What the management port answers: probes and metrics; everything else is 404 without a body.</summary>
internal static class ManagementPipeline
{
    /// <summary>Serves the management port; requests of other ports go on.</summary>
    /// <param name="app">The pipeline; call it first.</param>
    public static void UseManagementPort(this WebApplication app)
    {
        var port = app.Services.GetRequiredService<ManagementPort>();
        var metrics = app.Services.GetRequiredService<ProcessMetrics>();
        app.Use((context, next) => port.Served(context) ? Answer(context, metrics) : next(context));
    }

    private static async Task Answer(HttpContext context, ProcessMetrics metrics)
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

        context.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
