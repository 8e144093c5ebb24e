using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>The yardstick: Kestrel that answers every request with 200 and nothing else.</summary>
internal static class BareKestrel
{
    /// <summary>Serves until the process ends.</summary>
    public static async Task Serve(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var application = builder.Build();
        application.Run(static context =>
        {
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
        await application.RunAsync();
    }
}
