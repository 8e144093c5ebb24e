using System.Net;
using Uitsmijter.Actors.Hosting.Logging;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// Who did what, for people who must be able to tell later. Written at every <c>LOG_LEVEL</c> as level <c>AUDIT</c>. Never a password,
/// token, cookie or committed data; the session id opens nothing.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers, TimeProvider clock)
{
    /// <summary>The log source whose records are audit records.</summary>
    public const string Source = LogRules.AuditSource;

    /// <summary>Records of refusals a minute for one client, or for the logins of one tenant, and one network.</summary>
    public const int MostOfANetwork = 300;

    private const int MostRefusals = 3_000;

    private readonly ILogger _logger = loggers.CreateLogger(Source);
    private readonly RecordBudget _refusals = new(MostOfANetwork, MostRefusals);

    /// <summary>Of their own: anybody can use up the others, and these tell that something was stolen. Nobody has one written without a code or token that was good once.</summary>
    private readonly RecordBudget _replays = new(MostOfANetwork, MostRefusals);

    /// <summary>A person logged in.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Client the login was for, or null for forward-auth.</param>
    /// <param name="subject">Subject the provider committed.</param>
    /// <param name="remote">Address of the person, by trusted proxies.</param>
    /// <param name="sid">Session id.</param>
    public void LoginSucceeded(string tenant, string? client, string subject, IPAddress? remote, string sid) => LogLoginSucceeded(tenant, client, subject, remote, sid);

    /// <summary>A login was refused. The name as typed is recorded: it is what an operator looks for; it may be a mistyped password, so it is cut.</summary>
    /// <param name="tenant">Tenant name, or null.</param>
    /// <param name="client">Client the login was for, or null.</param>
    /// <param name="username">Login name as typed; null keeps it out of the record.</param>
    /// <param name="remote">Address of the person.</param>
    /// <param name="reason">Reason of the catalogue.</param>
    public void LoginFailed(string? tenant, string? client, string? username, IPAddress? remote, string reason) => LogLoginFailed(tenant, client, Cut(username), remote, reason);

    /// <summary>A login was refused because too many failed before. Whoever goes on all the same is not recorded without end.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Client the login was for, or null for forward-auth.</param>
    /// <param name="username">Login name as typed.</param>
    /// <param name="remote">Address of the person.</param>
    /// <param name="retryAfter">When the next attempt is looked at.</param>
    public void LockedOut(string tenant, string? client, string? username, IPAddress? remote, TimeSpan retryAfter)
    {
        if (MayRecord(_refusals, $"login {tenant}", remote))
        {
            LogLockedOut(tenant, client, Cut(username), remote, (long)retryAfter.TotalSeconds);
        }
    }

    /// <summary>A person logged out.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">Subject of the session.</param>
    /// <param name="remote">Address of the person.</param>
    /// <param name="sid">Session id.</param>
    public void LoggedOut(string tenant, string subject, IPAddress? remote, string sid) => LogLoggedOut(tenant, subject, remote, sid);

    /// <summary>A login cookie was renewed.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">Subject of the session.</param>
    /// <param name="remote">Address of the person.</param>
    /// <param name="sid">Session id.</param>
    public void SessionRenewed(string tenant, string subject, IPAddress? remote, string sid) => LogSessionRenewed(tenant, subject, remote, sid);

    /// <summary>A session ended without the person asking for it.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">Subject of the session.</param>
    /// <param name="sid">Session id.</param>
    /// <param name="reason">Why.</param>
    public void SessionEnded(string tenant, string subject, string sid, string reason) => LogSessionEnded(tenant, subject, sid, reason);

    /// <summary>An operator had a new signing key announced.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="kid">Id of the new key.</param>
    /// <param name="remote">Address the command came from.</param>
    public void KeysRotated(string tenant, string kid, IPAddress? remote) => LogKeysRotated(tenant, kid, remote);

    /// <summary>A client got tokens.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client.</param>
    /// <param name="grantType">By which grant.</param>
    /// <param name="subject">Subject of the tokens.</param>
    /// <param name="remote">Address the request came from.</param>
    public void TokensIssued(string tenant, string client, string grantType, string subject, IPAddress? remote) => LogTokensIssued(tenant, client, grantType, subject, remote);

    /// <summary>A client got no tokens.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client the request names, proven or not.</param>
    /// <param name="grantType">By which grant.</param>
    /// <param name="error">Why.</param>
    /// <param name="remote">Address the request came from.</param>
    /// <returns>False where this network has had its records of this client for now.</returns>
    public bool TryTokensRefused(string tenant, string client, string grantType, OAuthError error, IPAddress? remote)
    {
        var budget = error is { Error: OAuthErrors.InvalidGrant, Cause: not null } ? _replays : _refusals;
        var may = MayRecord(budget, KindOf(tenant, client, error), remote);
        if (may)
        {
            LogTokensRefused(tenant, client, grantType, error.Error, error.Reason, remote, error.Why);
        }

        return may;
    }

    /// <summary>A client ended a token; a refresh token with all that its grant gave.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client.</param>
    /// <param name="tokenType">What kind of token it sent.</param>
    /// <param name="subject">Subject of the token.</param>
    /// <param name="sid">The session it came from, or null.</param>
    /// <param name="remote">Address the request came from.</param>
    public void TokenRevoked(string tenant, string client, string tokenType, string subject, string? sid, IPAddress? remote) =>
        LogTokenRevoked(tenant, client, tokenType, subject, sid, remote);

    /// <summary>A client did not prove itself at an endpoint that gives no tokens.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client the request names, which it may not be from.</param>
    /// <param name="endpoint">Path of the endpoint in our spelling.</param>
    /// <param name="error">Why.</param>
    /// <param name="remote">Address the request came from.</param>
    /// <returns>False where this network has had its records of this client for now.</returns>
    public bool TryClientRefused(string tenant, string client, string endpoint, OAuthError error, IPAddress? remote)
    {
        var may = MayRecord(_refusals, KindOf(tenant, client, error), remote);
        if (may)
        {
            LogClientRefused(tenant, client, endpoint, error.Error, error.Reason, remote, error.Why);
        }

        return may;
    }

    /// <summary>Each cause for itself: many wrong secrets must not hide that a right one came by the wrong method.</summary>
    private static string KindOf(string tenant, string client, OAuthError error) => $"client {tenant} {client} {error.Cause}";

    private bool MayRecord(RecordBudget budget, string kind, IPAddress? remote)
    {
        var may = budget.TryTake(kind, remote, clock.GetUtcNow(), out var skipped);
        if (skipped > 0)
        {
            LogSkipped(skipped);
        }

        return may;
    }

    private static string? Cut(string? username) => username is { Length: > 64 } ? username[..64] : username;

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Login succeeded: tenant={Tenant} client={Client} subject={Subject} remote={Remote} sid={Sid}")]
    private partial void LogLoginSucceeded(string tenant, string? client, string subject, IPAddress? remote, string sid);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Login failed: tenant={Tenant} client={Client} user={User} remote={Remote} reason={Reason}")]
    private partial void LogLoginFailed(string? tenant, string? client, string? user, IPAddress? remote, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Login locked: tenant={Tenant} client={Client} user={User} remote={Remote} retryAfter={RetryAfter}")]
    private partial void LogLockedOut(string tenant, string? client, string? user, IPAddress? remote, long retryAfter);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Logged out: tenant={Tenant} subject={Subject} remote={Remote} sid={Sid}")]
    private partial void LogLoggedOut(string tenant, string subject, IPAddress? remote, string sid);

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "Session renewed: tenant={Tenant} subject={Subject} remote={Remote} sid={Sid}")]
    private partial void LogSessionRenewed(string tenant, string subject, IPAddress? remote, string sid);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "Session ended: tenant={Tenant} subject={Subject} sid={Sid} reason={Reason}")]
    private partial void LogSessionEnded(string tenant, string subject, string sid, string reason);

    [LoggerMessage(EventId = 7, Level = LogLevel.Information, Message = "Keys rotated: tenant={Tenant} kid={Kid} remote={Remote}")]
    private partial void LogKeysRotated(string tenant, string kid, IPAddress? remote);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "Not recorded one by one: refusals={Refusals} in an earlier minute")]
    private partial void LogSkipped(long refusals);

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Tokens issued: tenant={Tenant} client={Client} grant={Grant} subject={Subject} remote={Remote}")]
    private partial void LogTokensIssued(string tenant, string client, string grant, string subject, IPAddress? remote);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "Tokens refused: tenant={Tenant} client={Client} grant={Grant} error={Error} reason={Reason} remote={Remote} why={Why}")]
    private partial void LogTokensRefused(string tenant, string client, string grant, string error, string reason, IPAddress? remote, string why);

    [LoggerMessage(EventId = 22, Level = LogLevel.Information, Message = "Token revoked: tenant={Tenant} client={Client} type={Type} subject={Subject} remote={Remote} sid={Sid}")]
    private partial void LogTokenRevoked(string tenant, string client, string type, string subject, string? sid, IPAddress? remote);

    [LoggerMessage(EventId = 23, Level = LogLevel.Warning, Message = "Client refused: tenant={Tenant} client={Client} endpoint={Endpoint} error={Error} reason={Reason} remote={Remote} why={Why}")]
    private partial void LogClientRefused(string tenant, string client, string endpoint, string error, string reason, IPAddress? remote, string why);
}
