using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Whose logout it is. Where the person wants to go decides first, since two tenants may share a login host; then a session of the
/// browser; then the host. A place that is not allowed becomes the start page: nobody is kept logged in by a wrong link.
/// </summary>
internal sealed class LogoutVisit(Visits visits, BrowserSessions sessions)
{
    /// <summary>Finds the visit, or null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What the browser asked.</param>
    /// <param name="wanted">Where the person wants to go, or null.</param>
    public async ValueTask<Visit?> Find(HttpContext context, BrowserRequest request, ReturnTarget? wanted)
    {
        if (wanted?.Host is not null && wanted.Host != request.Host && visits.Choose(request, wanted) is { } byTarget)
        {
            return byTarget;
        }

        var target = wanted is not null && (wanted.Host is null || wanted.Host == request.Host) ? wanted : ReturnTarget.Root;
        return await sessions.VisitBySession(context, visits, request, target) ?? visits.Choose(request, target);
    }

    /// <summary>What the browser tells about the wish, as the rules want it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="hasTicket">Whether a good ticket came along.</param>
    public LogoutAsk AskOf(HttpContext context, Visit visit, bool hasTicket)
    {
        var headers = context.Request.Headers;
        return new LogoutAsk
        {
            IsPost = HttpMethods.IsPost(context.Request.Method),
            HasTicket = hasTicket,
            FetchSite = headers[FetchMetadataNames.Site] is [{ } site] ? site : null,
            FetchMode = headers[FetchMetadataNames.Mode] is [{ } mode] ? mode : null,
            FetchDest = headers[FetchMetadataNames.Dest] is [{ } destination] ? destination : null,
            Source = SourceOf(context, visit),
            IsPrefetch = headers[FetchMetadataNames.Purpose].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)
                || headers["Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase),
            Accept = headers.Accept.Count == 0 ? null : headers.Accept.ToString(),
        };
    }

    private LogoutSource SourceOf(HttpContext context, Visit visit)
    {
        var headers = context.Request.Headers;
        var source = headers.Origin is [{ Length: > 0 } origin] ? origin : headers.Referer is [{ Length: > 0 } referer] ? referer : null;
        if (source is null)
        {
            return LogoutSource.Unknown;
        }

        return SourceHost.Of(source) is { } host && (host == visit.Request.Host || visits.IsHostOf(visit, host))
            ? LogoutSource.Own
            : LogoutSource.Foreign;
    }
}
