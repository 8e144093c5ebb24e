using System.Net;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>Who ended what a subject had open.</summary>
internal sealed partial class AuditLog
{
    /// <summary>The person, on the account page.</summary>
    public const string ByPerson = "person";

    /// <summary>An operator, over the management port.</summary>
    public const string ByOperator = "operator";

    /// <summary>A session was ended from elsewhere.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">Subject of the session.</param>
    /// <param name="sid">Session id.</param>
    /// <param name="by">Who.</param>
    /// <param name="remote">Address the command came from.</param>
    public void SessionEnded(string tenant, string subject, string sid, string by, IPAddress? remote) => LogSessionEndedBy(tenant, subject, sid, by, remote);

    /// <summary>An application lost the access it had without a session.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">Subject of the grant.</param>
    /// <param name="client">Ident of the client.</param>
    /// <param name="by">Who.</param>
    /// <param name="remote">Address the command came from.</param>
    public void GrantEnded(string tenant, string subject, Guid client, string by, IPAddress? remote) => LogGrantEnded(tenant, subject, client, by, remote);

    /// <summary>A subject was signed out everywhere.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="sessions">How many sessions ended.</param>
    /// <param name="grants">How many grants that outlive a session.</param>
    /// <param name="by">Who.</param>
    /// <param name="remote">Address the command came from.</param>
    public void SignedOutEverywhere(string tenant, string subject, int sessions, int grants, string by, IPAddress? remote) =>
        LogSignedOut(tenant, subject, sessions, grants, by, remote);

    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "Session ended: tenant={Tenant} subject={Subject} sid={Sid} by={By} remote={Remote}")]
    private partial void LogSessionEndedBy(string tenant, string subject, string sid, string by, IPAddress? remote);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, Message = "Grant ended: tenant={Tenant} subject={Subject} client={Client} by={By} remote={Remote}")]
    private partial void LogGrantEnded(string tenant, string subject, Guid client, string by, IPAddress? remote);

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "Signed out everywhere: tenant={Tenant} subject={Subject} sessions={Sessions} grants={Grants} by={By} remote={Remote}")]
    private partial void LogSignedOut(string tenant, string subject, int sessions, int grants, string by, IPAddress? remote);
}
