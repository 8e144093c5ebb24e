namespace Uitsmijter.Actors.Hosting;

/// <summary>What we write on a span ourselves.</summary>
internal static class SpanTags
{
    /// <summary>Pattern of the route, never the path (OpenTelemetry's semantic conventions for HTTP).</summary>
    public const string Route = "http.route";

    /// <summary>Name of the tenant.</summary>
    public const string Tenant = "uitsmijter.tenant";

    /// <summary>What became of the request, in a word of ours.</summary>
    public const string Outcome = "uitsmijter.outcome";
}
