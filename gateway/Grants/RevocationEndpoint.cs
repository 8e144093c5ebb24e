using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// <c>POST /revoke</c> (RFC 7009): a refresh token takes its whole grant with it, an access token only itself. A token that is unknown, or another client's,
/// is answered like one that was revoked (§2.2).
/// </summary>
internal sealed class RevocationEndpoint(
    ClientGate gate, AccessTokens tokens, IGrainFactory grains, TokenRecords records, ServerSettings settings, TimeProvider clock)
{
    /// <summary>The path.</summary>
    public const string Path = "/revoke";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public Task Answer(HttpContext context) => gate.Open(context, (form, client, _) => Answer(context, form, client), records.NoteNotRevoked);

    private async Task Answer(HttpContext context, OAuthForm form, Client client)
    {
        if (!tokens.CanTell)
        {
            // A gateway that cannot tell what is good must not say that it was revoked (RFC 7009 §2.2.1).
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
            return;
        }

        if (form[OAuthParameters.Token] is not { } token)
        {
            await OAuthAnswer.Refuse(context, OAuthError.InvalidRequest("No String was found at 'token'"));
            return;
        }

        var (type, ended) = RefreshTokenText.Split(token) is var (grantId, secret)
            ? (TokenTypeHints.RefreshToken, await EndGrant(client, grantId, secret, context.RequestAborted))
            : (TokenTypeHints.AccessToken, await EndToken(client, token, context.RequestAborted));
        records.NoteRevoked(context, client, type, ended);
        OAuthAnswer.NeverKeep(context);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentLength = 0;
    }

    private async Task<EndedToken?> EndGrant(Client client, string grantId, string secret, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + (client.TokenLives.AccessToken ?? settings.AccessTokenLife);
        var facts = await grains.GetGrain<IGrantGrain>(grantId).EndByToken(secret, client.Ident, client.TenantName, until, cancellationToken);
        return facts is null ? null : new EndedToken(facts.Subject, facts.Sid);
    }

    private async Task<EndedToken?> EndToken(Client client, string token, CancellationToken cancellationToken)
    {
        if (await tokens.Find(token, cancellationToken) is not { Token: { TokenId: { } id, ClientId: { } owner } access } good
            || good.Tenant.Name != client.TenantName
            || !ClientIdRules.TryRead(owner, out var ident)
            || ident != client.Ident)
        {
            return null;
        }

        await grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf(id)).Append(
            new RevocationEntry(RevocationKind.Token, id, access.Claims.ExpiresAt + SessionRules.ClockTolerance), cancellationToken);
        return new EndedToken(access.Claims.Subject, access.SessionId);
    }
}
