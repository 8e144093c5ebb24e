using Orleans.Dashboard;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// The Orleans dashboard: silos, grains by type, calls and their times. Off by default. It has a pipeline of its own, so that nothing of it can be reached by the routes of
/// the public port, and it shows no state: what grains hold about people is nobody's figure.
/// </summary>
internal sealed class DashboardOperation(ServerSettings settings, IServiceProvider services)
{
    /// <summary>Where it begins; its page asks for everything by paths below.</summary>
    private const string Path = "/dashboard";

    /// <summary>Part of the paths that show a grain's state.</summary>
    private const string State = "GrainState";

    private readonly Lazy<RequestDelegate> _pages = new(() => Build(services));

    /// <summary>No stream of log lines: logs go where logs go.</summary>
    /// <param name="options">The dashboard's options.</param>
    public static void Configure(DashboardOptions options) => options.HideTrace = true;

    /// <summary>The page a request asks for; null when it is none.</summary>
    /// <param name="request">The request, on the management port.</param>
    public Func<HttpContext, Task>? Find(HttpRequest request) =>
        settings.Dashboard
        && HttpMethods.IsGet(request.Method)
        && request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase, out var below)
        && below.Value?.Contains(State, StringComparison.OrdinalIgnoreCase) is not true
            ? context => _pages.Value(context)
            : null;

    private static RequestDelegate Build(IServiceProvider services)
    {
        var pages = new ApplicationBuilder(services);
        pages.UseRouting();
        pages.UseEndpoints(static endpoints => endpoints.MapOrleansDashboard(Path));
        return pages.Build();
    }
}
