using System.Text.Json;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// <c>POST /introspect</c> (RFC 7662, proxies.md B.4.2): tells a proven, confidential client what a token of its reach says. Everything else is exactly
/// <c>{"active":false}</c>: nobody learns why.
/// </summary>
internal sealed class IntrospectionEndpoint(ClientGate gate, AccessTokens tokens, SignedIntrospection answers, IGrainFactory grains)
{
    /// <summary>The path.</summary>
    public const string Path = "/introspect";

    /// <summary>The path beside the other OAuth endpoints.</summary>
    public const string LongPath = "/oauth/introspect";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public Task Answer(HttpContext context) => gate.Open(context, async (form, client) =>
    {
        if (!client.IsConfidential || client.Introspection == IntrospectionReach.None)
        {
            await OAuthAnswer.Refuse(context, OAuthError.InvalidClient("Only a client that proves itself may introspect tokens."));
        }
        else if (!tokens.CanTell)
        {
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
        }
        else if (form[OAuthParameters.Token] is not { } token)
        {
            await OAuthAnswer.Refuse(context, OAuthError.InvalidRequest("No String was found at 'token'"));
        }
        else if (RefreshTokenText.Split(token) is var (grantId, secret))
        {
            await AnswerRefreshToken(context, client, await grains.GetGrain<IGrantGrain>(grantId).Inspect(secret, context.RequestAborted));
        }
        else
        {
            await AnswerAccessToken(context, client, await tokens.Find(token, context.RequestAborted));
        }
    });

    private Task AnswerAccessToken(HttpContext context, Client client, GoodToken? good)
    {
        if (good is null || good.Tenant.Name != client.TenantName || !IsInReach(client, good.Token))
        {
            return Inactive(context, client);
        }

        return answers.Answer(context, client, writer =>
        {
            writer.WriteBoolean(OAuthParameters.Active, true);
            writer.WriteString(OAuthParameters.TokenType, good.Token.IsBound ? AuthenticationSchemes.Dpop : AuthenticationSchemes.Bearer);
            if (good.Token.Claims.User.Length > 0)
            {
                writer.WriteString(OAuthParameters.Username, good.Token.Claims.User);
            }

            using var claims = JsonDocument.Parse(good.Token.Json, SignedJwt.Json);
            if (!claims.RootElement.TryGetProperty(JwtClaims.NotBefore, out _))
            {
                writer.WriteNumber(JwtClaims.NotBefore, good.Token.NotBefore.ToUnixTimeSeconds());
            }

            foreach (var claim in claims.RootElement.EnumerateObject())
            {
                claim.WriteTo(writer);
            }
        });
    }

    /// <summary>A refresh token is its owner's business alone.</summary>
    private Task AnswerRefreshToken(HttpContext context, Client client, GrantView? view) =>
        view is null || view.Facts.Client != client.Ident || view.Facts.Tenant != client.TenantName
            ? Inactive(context, client)
            : answers.Answer(context, client, writer =>
            {
                writer.WriteBoolean(OAuthParameters.Active, true);
                writer.WriteString(OAuthParameters.ClientId, view.Facts.ClientId);
                writer.WriteString(OAuthParameters.Scope, ScopeRules.Join(ScopeRules.StillAllowed(view.Facts.Scopes, view.Facts, client)));
                writer.WriteString(JwtClaims.Subject, view.Facts.Subject);
                writer.WriteNumber(JwtClaims.IssuedAt, view.IssuedAt.ToUnixTimeSeconds());
                writer.WriteNumber(JwtClaims.ExpiresAt, view.ExpiresAt.ToUnixTimeSeconds());
            });

    private static bool IsInReach(Client client, AccessToken token) =>
        client.Introspection == IntrospectionReach.Tenant
        || IsClient(token.ClientId, client)
        || token.Audiences.Any(audience => IsClient(audience, client) || client.Resources.Contains(audience));

    private static bool IsClient(string? id, Client client) => ClientIdRules.TryRead(id, out var ident) && ident == client.Ident;

    private Task Inactive(HttpContext context, Client client) => answers.Answer(context, client, static writer => writer.WriteBoolean(OAuthParameters.Active, false));
}
