using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Sessions;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// What an operator may ask and command over the management port, each with the same credential. Without <c>MANAGEMENT_TOKEN</c> none of it exists; nothing of it
/// exists on the public port (attack 45).
/// </summary>
internal sealed partial class ManagementOperations(
    ManagementToken token,
    KeyRotationOperation keys,
    SessionOperations sessions,
    StatusOperations status,
    DashboardOperation dashboard,
    ILogger<ManagementOperations> logger)
{
    private const string OutOfReach = "The cluster did not answer: some of it may have happened. Repeating it is harmless.";

    /// <summary>Answers a request; false when it is no operation.</summary>
    /// <param name="context">The request, on the management port.</param>
    public async ValueTask<bool> TryAnswer(HttpContext context)
    {
        if (!token.IsSet)
        {
            return false;
        }

        var page = dashboard.Find(context.Request);
        if ((page ?? keys.Find(context.Request) ?? sessions.Find(context.Request) ?? status.Find(context.Request)) is not { } operation)
        {
            return false;
        }

        if (!token.IsBroughtBy(context.Request) && (page is null || !token.IsTypedInto(context.Request)))
        {
            LogRefused(context.Connection.RemoteIpAddress?.ToString());
            await ManagementAnswer.RefuseStranger(context, isPage: page is not null);
            return true;
        }

        try
        {
            await operation(context);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(context.Request.Method, context.Request.Path, failure);
            await ManagementAnswer.Refuse(context, StatusCodes.Status503ServiceUnavailable, OutOfReach);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody at {Peer} asked the management port for an operation without the right MANAGEMENT_TOKEN")]
    private partial void LogRefused(string? peer);

    [LoggerMessage(Level = LogLevel.Error, Message = "The operation {Method} {Path} met a cluster that did not answer")]
    private partial void LogFailed(string method, string path, Exception failure);
}
