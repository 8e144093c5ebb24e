using System.Net.Http.Headers;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>Reads and refuses bearer tokens as RFC 6750 says. The login cookie opens nothing here (contract http.md W33).</summary>
internal static class ProtectedResource
{
    /// <summary>The bearer token of a request; null without one. One place at a time (RFC 6750 §2).</summary>
    /// <param name="context">The request.</param>
    public static async Task<(string? Token, OAuthError? Error)> Token(HttpContext context)
    {
        var header = context.Request.Headers.Authorization is [{ } value]
            && AuthenticationHeaderValue.TryParse(value, out var parsed)
            && string.Equals(parsed.Scheme, AuthenticationSchemes.Bearer, StringComparison.OrdinalIgnoreCase)
                ? parsed.Parameter
                : null;
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.ContentLength is null or 0)
        {
            return (header, null);
        }

        var (form, error) = await OAuthForm.ReadBody(context);
        if (error is not null)
        {
            return (null, error);
        }

        return form[OAuthParameters.AccessToken] is not { } field ? (header, null)
            : header is null ? (field, null)
            : (null, OAuthError.InvalidRequest("The access token stands in two places."));
    }

    /// <summary>Refuses; without a token the challenge names no error (RFC 6750 §3.1).</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What is wrong; null when there was no token at all.</param>
    public static Task Challenge(HttpContext context, OAuthError? error)
    {
        context.Response.Headers.WWWAuthenticate = error is null
            ? "Bearer realm=\"uitsmijter\""
            : $"Bearer realm=\"uitsmijter\", error=\"{error.Error}\", error_description=\"{error.Description}\"";
        return OAuthAnswer.Refuse(context, error ?? OAuthError.Of(OAuthErrors.InvalidToken, Reasons.InvalidToken, "Send an access token.") with { Status = StatusCodes.Status401Unauthorized });
    }

    /// <summary>401 <c>invalid_token</c>.</summary>
    public static OAuthError InvalidToken() =>
        OAuthError.Of(OAuthErrors.InvalidToken, Reasons.InvalidToken, "The access token is malformed, expired or revoked.") with { Status = StatusCodes.Status401Unauthorized };
}
