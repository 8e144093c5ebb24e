using System.Text.Json;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary><c>/userinfo</c> (OpenID Connect Core §5.3) and the contract's <c>/token/info</c> (http.md §8.2): who the person behind an access token is.</summary>
internal sealed partial class UserInfoEndpoint(AccessTokens tokens, TokenProfiles profiles, DpopProofs proofs, ServerSettings settings, ILogger<UserInfoEndpoint> logger)
{
    /// <summary>The standard's path.</summary>
    public const string Path = "/userinfo";

    /// <summary>The contract's path.</summary>
    public const string OldPath = "/token/info";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        try
        {
            await Judge(context);
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Not 401: the application would throw a token away that may be good.
            LogUnreachable(logger, failure);
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
        }
    }

    private async Task Judge(HttpContext context)
    {
        if (!tokens.CanTell)
        {
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
            return;
        }

        var (presented, error) = await ProtectedResource.Token(context);
        if (presented is not { } token)
        {
            await ProtectedResource.Challenge(context, error);
            return;
        }

        if (await tokens.Find(token.Text, context.RequestAborted) is not { } good)
        {
            await ProtectedResource.Challenge(context, ProtectedResource.InvalidToken());
            return;
        }

        if (!UserInfoRules.IsMeant(good.Token.Audiences, good.Token.ClientId, IssuerRules.IssuerOf(good.Tenant, settings.PublicDomain)))
        {
            await ProtectedResource.Challenge(context, ProtectedResource.ForAnotherResource());
            return;
        }

        // A token bound to a key opens nothing without a proof of it (RFC 9449 §7.1).
        if (await proofs.WhyUnproven(context, good, token) is { } unproven)
        {
            await ProtectedResource.Challenge(context, unproven);
            return;
        }

        var isOldPath = context.Request.Path == OldPath;
        if (!isOldPath && !good.Token.Claims.Scope.Split(' ').Contains(ScopeNames.OpenId, StringComparer.Ordinal))
        {
            // OpenID Connect Core §5.3: the endpoint belongs to logins with OpenID Connect. The contract's path serves every access token, as it always did.
            await ProtectedResource.Challenge(context, ProtectedResource.InsufficientScope(ScopeNames.OpenId), ScopeNames.OpenId);
            return;
        }

        // A long profile is not in the token (docs/decisions/0043-long-profiles.md).
        switch (await profiles.Of(good, context.RequestAborted))
        {
            case ProfileAnswer.Found(var profile):
                await OAuthAnswer.Write(context, StatusCodes.Status200OK, writer => Write(writer, good.Token, profile, isOldPath));
                break;
            case ProfileAnswer.SessionGone:
                await ProtectedResource.Challenge(context, ProtectedResource.InvalidToken());
                break;
            default:
                await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, AccessToken token, string? profileJson, bool isOldPath)
    {
        var claims = token.Claims;
        var person = new Person(claims.Tenant, claims.Subject, claims.User, claims.Role, profileJson);
        if (isOldPath)
        {
            UserInfoClaims.WriteProfile(writer, person);
        }
        else
        {
            UserInfoClaims.Write(writer, person, claims.Scope, Wished(token));
        }
    }

    private static string[] Wished(AccessToken token)
    {
        using var claims = JsonDocument.Parse(token.Json, SignedJwt.Json);
        return claims.RootElement.TryGetProperty(JwtClaims.UserInfoClaims, out var names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(static name => name.ValueKind == JsonValueKind.String).Select(static name => name.GetString()!)]
            : [];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request with an access token met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, Exception failure);
}
