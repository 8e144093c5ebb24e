using System.Net;
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
            case TokenOutcome.Refused(var error) when client is not null && !IsQuestion(error.Error):
                metrics.Refused(client.TenantName, client.Name, grantType, error.Reason);
                activity.Denied(client.TenantName, client.Ident);
                audit.TokensRefused(client.TenantName, client.Name, grantType, error.Error, error.Reason, RemoteOf(context));
                break;
        }
    }

    /// <summary>Notes that a client asked for the end of a token.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="tokenType">One of <see cref="TokenTypeHints"/>.</param>
    public void NoteRevoked(HttpContext context, Client client, string tokenType)
    {
        metrics.Revoked(client.TenantName, client.Name, tokenType);
        audit.TokenRevoked(client.TenantName, client.Name, tokenType, RemoteOf(context));
    }

    /// <summary>Counts a refused request to end a token.</summary>
    /// <param name="client">Who the request says it is from, or null.</param>
    /// <param name="error">Why it was refused.</param>
    public void NoteNotRevoked(Client? client, OAuthError error) => metrics.NotRevoked(client?.TenantName ?? "", client?.Name ?? "", error.Error);

    /// <summary>A device that waits and a client that is told its nonce did nothing wrong.</summary>
    private static bool IsQuestion(string error) => error is OAuthErrors.UseDpopNonce or OAuthErrors.AuthorizationPending or OAuthErrors.SlowDown;

    private IPAddress? RemoteOf(HttpContext context) => visits.Request(context)?.Client;
}
