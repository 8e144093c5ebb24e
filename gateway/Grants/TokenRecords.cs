using System.Net;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>Counts and records what became of requests for tokens (contract http.md §14, configuration.md §5.8).</summary>
internal sealed class TokenRecords(Visits visits, TokenMetrics metrics, GatewayActivity activity, AuditLog audit)
{
    /// <summary>Notes one. Clients nobody knows are not counted (contract http.md §14).</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">Who the request says it is from, or null.</param>
    /// <param name="grantType">The grant type's first name.</param>
    /// <param name="outcome">What became of it.</param>
    public void Note(HttpContext context, Client? client, string grantType, TokenOutcome outcome)
    {
        switch (outcome)
        {
            case TokenOutcome.Issued(var tokens):
                metrics.Issued(tokens.Tenant, tokens.ClientName, grantType, tokens.TokenType);
                if (tokens.RefreshToken is not null)
                {
                    metrics.Stored();
                }

                audit.TokensIssued(tokens.Tenant, tokens.ClientName, grantType, tokens.Subject, RemoteOf(context));
                break;
            case TokenOutcome.Refused(var error) when client is not null && !OAuthErrors.IsQuestion(error.Error):
                metrics.Refused(client.TenantName, client.Name, grantType, error.Reason);
                activity.Denied(client.TenantName, client.Ident);
                ClientRequest.Of(context).IsRecorded = IsWorthARecord(error)
                    && audit.TryTokensRefused(client.TenantName, client.Name, grantType, error, RemoteOf(context));
                break;
        }
    }

    /// <summary>Notes that a client did not prove itself where it would have got no tokens. One nobody knows has no record: anybody could fill the log with those.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">Who the request says it is from, or null.</param>
    /// <param name="error">Why it was refused.</param>
    public void NoteRefused(HttpContext context, Client? client, OAuthError error)
    {
        if (client is not null)
        {
            ClientRequest.Of(context).IsRecorded = IsWorthARecord(error)
                && audit.TryClientRefused(client.TenantName, client.Name, RequestMeter.NamesOf(context).Route, error, RemoteOf(context));
        }
    }

    /// <summary>Notes that a client asked for the end of a token. It is answered alike whether there was one or not (RFC 7009 §2.2); the record is there only where something ended.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="tokenType">One of <see cref="TokenTypeHints"/>.</param>
    /// <param name="ended">Whose token it was; null where nothing ended.</param>
    public void NoteRevoked(HttpContext context, Client client, string tokenType, EndedToken? ended)
    {
        metrics.Revoked(client.TenantName, client.Name, tokenType);
        if (ended is { Subject: var subject, Sid: var sid })
        {
            audit.TokenRevoked(client.TenantName, client.Name, tokenType, subject, sid, RemoteOf(context));
        }
    }

    /// <summary>Counts a refused request to end a token.</summary>
    /// <param name="client">Who the request says it is from, or null.</param>
    /// <param name="error">Why it was refused.</param>
    public void NoteNotRevoked(Client? client, OAuthError error) => metrics.NotRevoked(client?.TenantName ?? "", client?.Name ?? "", error.Error);

    /// <summary>Whoever goes on guessing is told in lines that are counted, and a failure of ours by the line of its cause: neither may fill what nobody may leave out.</summary>
    private static bool IsWorthARecord(OAuthError error) => error.Reason != Reasons.TooManyWrongSecrets && error.Status < StatusCodes.Status500InternalServerError;

    private IPAddress? RemoteOf(HttpContext context) => visits.Request(context)?.Client;
}

/// <summary>Whose token ended.</summary>
/// <param name="Subject">Its subject.</param>
/// <param name="Sid">The session it came from, or null.</param>
internal readonly record struct EndedToken(string Subject, string? Sid);
