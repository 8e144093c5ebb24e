using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Hosting.Logging;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// One line for every request that was turned away for what it brought. Of the request it holds the method, the pattern of the route, the host by its
/// normalised name, shortened, and the address it came from: nothing else a stranger chose, and nothing that opens anything. Level INFO, and only so many lines a minute
/// of one reason (attack 46): who floods us must not flood whoever reads the log. What is skipped is counted there, and in the metrics anyway.
/// </summary>
internal sealed partial class RefusalLog(TrustedProxies proxies, TimeProvider clock, ILogger<RefusalLog> logger)
{
    /// <summary>Lines a minute of one reason.</summary>
    public const int MostLines = 60;

    private const int MostStrangers = 6;
    private const int MostReasons = 200;
    private const int LongestHost = 80;
    private const int ServerError = 500;
    private const string Stranger = "stranger";
    private const string Listener = "listener";
    private const string Others = "others";
    private const string Nobody = "-";

    /// <summary>They have an <c>AUDIT</c> record, which says more.</summary>
    private static readonly FrozenSet<string> _audited = FrozenSet.Create(
        StringComparer.Ordinal, Reasons.LoginWrongCredentials, Reasons.LoginTooWeak, Reasons.LoginTooManyAttempts);

    /// <summary>Steps of a normal day: a question to a person, not a refusal.</summary>
    private static readonly FrozenSet<string> _everyday = FrozenSet.Create(
        StringComparer.Ordinal, Reasons.NotFound, Reasons.LoginStrongerNeeded, Reasons.ConsentLoginAgain, Reasons.ActivateCredentialsRequired);

    private readonly ConcurrentDictionary<string, LineBudget> _budgets = new(StringComparer.Ordinal);

    /// <summary>A page or an endpoint refused a request. Failures of ours (500 and above) are not told here but where their cause is known.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">Tenant name, or null.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="reason">Reason of the catalogue.</param>
    public void Refused(HttpContext context, string? tenant, int status, string reason)
    {
        if (status is >= StatusCodes.Status400BadRequest and < ServerError && !_audited.Contains(reason) && MayWrite(reason))
        {
            var request = BrowserRequest.Read(context, proxies);
            Write(context, tenant, status, reason, request?.Host, request?.Client ?? context.Connection.RemoteIpAddress);
        }
    }

    /// <summary>A client was refused, or is told by redirect that it was.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">The client the request names, or null.</param>
    /// <param name="status">HTTP status of the refusal.</param>
    /// <param name="reason">Reason of the catalogue.</param>
    /// <param name="why">A sentence of ours.</param>
    public void RefusedClient(HttpContext context, Client? client, int status, string reason, string why)
    {
        if (status is >= StatusCodes.Status400BadRequest and < ServerError && MayWrite(reason))
        {
            var request = BrowserRequest.Read(context, proxies);
            var (method, route) = NamesOf(context);
            var (level, tenant, name, host, remote) = (LevelOf(reason), client?.TenantName ?? Nobody, client?.Name ?? Nobody, Shortened(request?.Host), request?.Client ?? context.Connection.RemoteIpAddress);
            LogRefusedClient(level, status, reason, method, route, tenant, name, host, remote, why);
        }
    }

    /// <summary>Forward-auth refused what a question said or brought.</summary>
    /// <param name="context">The question.</param>
    /// <param name="tenant">Tenant, or null.</param>
    /// <param name="status">HTTP status of the answer.</param>
    /// <param name="reason">Reason of the catalogue.</param>
    /// <param name="host">Host of the original request, or null where it could not be read.</param>
    public void RefusedQuestion(HttpContext context, Tenant? tenant, int status, string reason, string? host)
    {
        if (MayWrite(reason))
        {
            Write(context, tenant?.Name, status, reason, host, ForwardedFor.ClientOf(
                context.Connection.RemoteIpAddress, context.Request.Headers[ForwardHeaderNames.ForwardedFor].ToArray(), proxies));
        }
    }

    /// <summary>A peer that is not trusted asked as a proxy does; the operator must learn which one.</summary>
    /// <param name="peer">Its address.</param>
    public void RefusedStranger(IPAddress? peer)
    {
        if (TryTake(Stranger, MostStrangers))
        {
            LogStranger(peer);
        }
    }

    /// <summary>The listener refused bytes that are no request (RFC 9112), before anybody knew what they wanted.</summary>
    /// <param name="status">HTTP status of the answer.</param>
    /// <param name="peer">Who sent them.</param>
    public void RefusedBytes(int status, IPAddress? peer)
    {
        if (logger.IsEnabled(LogLevel.Information) && TryTake(Listener, MostLines))
        {
            LogBytes(status, peer);
        }
    }

    private static LogLevel LevelOf(string reason) => _everyday.Contains(reason) ? LogLevel.Debug : LogLevel.Information;

    // Asked first: in a flood nobody's address and host are looked up for a line that is not written.
    private bool MayWrite(string reason) => logger.IsEnabled(LevelOf(reason)) && TryTake(reason, MostLines);

    private void Write(HttpContext context, string? tenant, int status, string reason, string? host, IPAddress? remote)
    {
        var (method, route) = NamesOf(context);
        var (level, shown, owner) = (LevelOf(reason), Shortened(host), tenant ?? Nobody);
        LogRefused(level, status, reason, method, route, owner, shown, remote);
    }

    /// <summary>A body that is too long is refused before a route is looked for; which endpoint it was for is known all the same.</summary>
    private static (string Method, string Route) NamesOf(HttpContext context) =>
        context.GetEndpoint() is null && HttpMethods.IsPost(context.Request.Method) && OAuthPaths.NameOf(context.Request.Path) is { } name ? (HttpMethods.Post, name) : RequestMeter.NamesOf(context);

    private static string Shortened(string? host) => host is { Length: > LongestHost } ? string.Concat(host.AsSpan(0, LongestHost), "…") : host ?? Nobody;

    private bool TryTake(string reason, int most)
    {
        // Reasons are words of ours; should one ever not be, it fills nothing.
        var key = _budgets.ContainsKey(reason) || _budgets.Count < MostReasons ? reason : Others;
        var isTaken = _budgets.GetOrAdd(key, static (_, most) => new LineBudget(most), most).TryTake(clock.GetUtcNow(), out var skipped);
        if (skipped > 0)
        {
            LogSkipped(skipped, key);
        }

        return isTaken;
    }

    [LoggerMessage(EventId = 1, Message = "Refused with {Status} {Reason}: {Method} {Route}, tenant {Tenant}, host {Host}, remote {Remote}")]
    private partial void LogRefused(LogLevel level, int status, string reason, string method, string route, string tenant, string host, IPAddress? remote);

    [LoggerMessage(EventId = 5, Message = "Refused with {Status} {Reason}: {Method} {Route}, tenant {Tenant}, client {Client}, host {Host}, remote {Remote}: {Why}")]
    private partial void LogRefusedClient(LogLevel level, int status, string reason, string method, string route, string tenant, string client, string host, IPAddress? remote, string why);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Refused with {Status} by the listener: what {Remote} sent is no request")]
    private partial void LogBytes(int status, IPAddress? remote);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Forward-auth was asked by {Peer}, which is not in TRUSTED_PROXIES; nothing it says is believed")]
    private partial void LogStranger(IPAddress? peer);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "{Count} more were refused in an earlier minute and not written one by one: {Reason}")]
    private partial void LogSkipped(long count, string reason);
}
