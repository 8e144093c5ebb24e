using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>Reads and refuses access tokens as RFC 6750 and RFC 9449 §7 say. The login cookie opens nothing here (contract http.md W33).</summary>
internal static class ProtectedResource
{
    private const string Realm = "realm=\"uitsmijter\"";

    /// <summary>The scheme for bound tokens with what its proofs may be signed with (RFC 9449 §7.1).</summary>
    private static readonly string _dpop = $"{AuthenticationSchemes.Dpop} {Realm}, algs=\"{string.Join(' ', DpopRules.Algorithms)}\"";

    /// <summary>The access token of a request; null without one. One place at a time (RFC 6750 §2).</summary>
    /// <param name="context">The request.</param>
    public static async Task<(PresentedToken? Token, OAuthError? Error)> Token(HttpContext context)
    {
        var header = OfHeader(context.Request.Headers.Authorization);
        if (!HttpMethods.IsPost(context.Request.Method) || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return (header, null);
        }

        var (form, error) = await OAuthForm.ReadBody(context);
        if (error is not null)
        {
            return (null, error);
        }

        return form[OAuthParameters.AccessToken] is not { } field ? (header, null)
            : header is null ? (new PresentedToken(field, IsDpop: false), null)
            : (null, OAuthError.InvalidRequest("The access token stands in two places."));
    }

    /// <summary>Refuses; without a token the challenge names no error (RFC 6750 §3.1).</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What is wrong; null when there was no token at all.</param>
    /// <param name="scope">The scope it takes, where that is what is missing; else null.</param>
    public static Task Challenge(HttpContext context, OAuthError? error, string? scope = null)
    {
        var told = error is null ? "" : $", error=\"{error.Error}\", error_description=\"{error.Description}\"";
        told += scope is null ? "" : $", scope=\"{scope}\"";
        context.Response.Headers.WWWAuthenticate = OfHeader(context.Request.Headers.Authorization) is { IsDpop: true }
            ? _dpop + told
            : new StringValues([$"{AuthenticationSchemes.Bearer} {Realm}{told}", _dpop]);
        return OAuthAnswer.Refuse(context, error ?? OAuthError.Of(OAuthErrors.InvalidToken, Reasons.InvalidToken, "Send an access token.") with { Status = StatusCodes.Status401Unauthorized });
    }

    /// <summary>401 <c>invalid_token</c>.</summary>
    public static OAuthError InvalidToken() =>
        OAuthError.Of(OAuthErrors.InvalidToken, Reasons.InvalidToken, "The access token is malformed, expired or revoked.") with { Status = StatusCodes.Status401Unauthorized };

    /// <summary>401 <c>invalid_token</c> for a token that is good elsewhere (RFC 9068 §4).</summary>
    public static OAuthError ForAnotherResource() => InvalidToken() with { Description = "The access token is for another resource: authorize without resource, or name the issuer as one beside it." };

    /// <summary>403 <c>insufficient_scope</c> (RFC 6750 §3.1).</summary>
    /// <param name="scope">The scope it takes.</param>
    public static OAuthError InsufficientScope(string scope) =>
        OAuthError.Of(OAuthErrors.InsufficientScope, Reasons.InvalidToken, $"The access token has not the scope {scope}, which a client asks for when a person logs in.") with { Status = StatusCodes.Status403Forbidden };

    private static PresentedToken? OfHeader(StringValues authorization) =>
        authorization is [{ } value] && AuthenticationHeaderValue.TryParse(value, out var parsed) && parsed.Parameter is { } text
            ? parsed.Scheme.ToUpperInvariant() switch
            {
                "BEARER" => new PresentedToken(text, IsDpop: false),
                "DPOP" => new PresentedToken(text, IsDpop: true),
                _ => null,
            }
            : null;
}

/// <summary>An access token as it came. Never printed.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsDpop">True with the scheme <c>DPoP</c>.</param>
internal readonly record struct PresentedToken(string Text, bool IsDpop)
{
    /// <inheritdoc />
    public override string ToString() => "PresentedToken { *** }";
}
