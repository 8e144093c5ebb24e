using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Lets only words of ours out with a span. Paths and queries hold return targets and codes, headers hold cookies and tokens, exceptions quote
/// whatever they met, and keys of grains belong to nobody else. What may stay is listed: an instrumentation that learns a new attribute
/// tomorrow does not get it past this. Works on the finished span, so it does not depend on what an instrumentation leaves out by itself.
/// </summary>
internal sealed class SpanRedaction : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> _allowed = FrozenSet.Create(
        StringComparer.Ordinal,
        "http.request.method",
        "http.response.status_code",
        SpanTags.Route,
        "url.scheme",
        "server.address",
        "server.port",
        "network.protocol.name",
        "network.protocol.version",
        "error.type",
        "rpc.system",
        "rpc.system.name",
        "rpc.service",
        "rpc.method",
        "orleans.rpc.service",
        SpanTags.Tenant,
        SpanTags.Outcome);

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        foreach (var name in data.TagObjects.Select(static tag => tag.Key).Where(static name => !_allowed.Contains(name)).ToArray())
        {
            data.SetTag(name, null);
        }

        // Setting the status anew drops its description, which is an exception's message.
        data.SetStatus(data.Status);
        if (data.Events.Any())
        {
            // An event cannot be taken back, and those of libraries are exceptions with their messages: the span stays at home.
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
