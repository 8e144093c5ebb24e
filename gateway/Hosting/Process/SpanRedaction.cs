using System.Diagnostics;
using OpenTelemetry;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Takes out of every span what may carry a secret: query strings hold return targets and codes, headers hold cookies and tokens.
/// Works on the finished span, so it does not depend on what an instrumentation leaves out by itself.
/// </summary>
internal sealed class SpanRedaction : BaseProcessor<Activity>
{
    private const string Query = "url.query";
    private const string FullUrl = "url.full";
    private const string UserAgent = "user_agent.original";
    private static readonly string[] _prefixes = ["http.request.header.", "http.response.header."];

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        foreach (var name in data.TagObjects.Select(static tag => tag.Key).Where(IsForbidden).ToArray())
        {
            data.SetTag(name, null);
        }

        if (data.GetTagItem(FullUrl) is string url && url.IndexOf('?', StringComparison.Ordinal) is var query and >= 0)
        {
            data.SetTag(FullUrl, url[..query]);
        }
    }

    private static bool IsForbidden(string name) =>
        name is Query or UserAgent || Array.Exists(_prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
