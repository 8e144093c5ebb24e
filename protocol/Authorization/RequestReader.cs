using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// Reads an authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). The address is judged before everything else: only a request
/// that comes from a registered client to a registered address can be answered by a redirect.
/// </summary>
public static class RequestReader
{
    private const int LongestText = 2048;

    /// <summary>Reads a request.</summary>
    /// <param name="client">The client the request names.</param>
    /// <param name="value">Answers a parameter, null where it is missing or empty.</param>
    /// <param name="resources">Values of <c>resource</c>.</param>
    public static RequestReading Read(Client client, Func<string, string?> value, ImmutableArray<string> resources)
    {
        if (value(OAuthParameters.RedirectUri) is not { } redirectUri)
        {
            return new RequestReading.Unusable(OAuthError.InvalidRequest("The redirect_uri is missing.", "No String was found at 'redirect_uri'"));
        }

        if (!RedirectRules.IsRegistered(redirectUri, client.RedirectUrls))
        {
            return new RequestReading.Unusable(OAuthError.InvalidRequest("The redirect_uri is not registered for the client.", Reasons.RedirectMismatch));
        }

        var state = value(OAuthParameters.State);
        var mode = value(OAuthParameters.ResponseMode);
        var answerMode = mode == ResponseModes.FormPost ? mode : ResponseModes.Query;
        var error = WhyFaulty(client, value, resources, mode, state);
        return error is null
            ? new RequestReading.Ready(Ready(value, resources, redirectUri, answerMode, state))
            : new RequestReading.Faulty(error, redirectUri, answerMode, state is { Length: <= LongestText } ? state : null);
    }

    private static OAuthError? WhyFaulty(Client client, Func<string, string?> value, ImmutableArray<string> resources, string? mode, string? state) =>
        WhyUnsupported(value, mode)
        ?? (state?.Length > LongestText || value(OAuthParameters.Nonce)?.Length > LongestText ? OAuthError.InvalidRequest("state or nonce is too long.") : null)
        ?? (client.GrantTypes.Contains(GrantTypes.AuthorizationCode) ? null : OAuthError.UnauthorizedClient("The client may not use authorization codes.", Reasons.ErrorUnsupportedGrantType))
        ?? WhyUnproven(client, value)
        ?? WhyOddPrompt(value)
        ?? (value(OAuthParameters.Claims) is { } claims && !IsObject(claims) ? OAuthError.InvalidRequest("claims is no JSON object.") : null)
        ?? (resources.All(client.Resources.Contains) ? null : OAuthError.InvalidTarget("The client may not ask for this resource."));

    private static OAuthError? WhyUnsupported(Func<string, string?> value, string? mode) => value(OAuthParameters.ResponseType) switch
    {
        null => OAuthError.InvalidRequest("The response_type is missing.", "No String was found at 'response_type'"),
        not ResponseTypes.Code => OAuthError.Of(OAuthErrors.UnsupportedResponseType, Reasons.NotAcceptableRequest, "Only the response_type code is supported."),
        _ when value(OAuthParameters.Request) is not null => OAuthError.Of(OAuthErrors.RequestNotSupported, Reasons.NotAcceptableRequest, "Request objects are not supported."),
        _ when value(OAuthParameters.RequestUri) is not null => OAuthError.Of(OAuthErrors.RequestUriNotSupported, Reasons.NotAcceptableRequest, "Only a request_uri of the pushed authorization request endpoint is supported."),
        _ when mode is not (null or ResponseModes.Query or ResponseModes.FormPost) => OAuthError.InvalidRequest("The response_mode is not supported."),
        _ => null,
    };

    /// <summary>RFC 7636 §4.4.1, RFC 9700 §2.1.1: public clients always, S256 unless the client asks for plain.</summary>
    private static OAuthError? WhyUnproven(Client client, Func<string, string?> value)
    {
        var challenge = value(OAuthParameters.CodeChallenge);
        var method = MethodOf(value, challenge);
        if (challenge is null)
        {
            if (method is CodeChallengeMethods.S256 or CodeChallengeMethods.Plain)
            {
                return OAuthError.InvalidRequest("The code_challenge is missing.");
            }

            return method is null
                ? client.IsPkceOnly || !client.IsConfidential
                    ? OAuthError.InvalidRequest("The client must use PKCE: send a code_challenge with the method S256.", Reasons.LoginClientOnlySupportsPkce)
                    : null
                : OAuthError.InvalidRequest("The code_challenge_method is not supported.", Reasons.LoginCodeChallengeMethodNotImplemented);
        }

        return method switch
        {
            CodeChallengeMethods.Plain when !client.AllowPlainPkce => OAuthError.InvalidRequest(
                "The code_challenge_method plain is not allowed for the client: use S256.", Reasons.LoginCodeChallengeMethodNotImplemented),
            CodeChallengeMethods.S256 or CodeChallengeMethods.Plain => PkceRules.IsChallenge(challenge, method) ? null : OAuthError.InvalidRequest("The code_challenge is malformed."),
            _ => OAuthError.InvalidRequest("The code_challenge_method is not supported.", Reasons.LoginCodeChallengeMethodNotImplemented),
        };
    }

    private static OAuthError? WhyOddPrompt(Func<string, string?> value)
    {
        var prompt = Words(value(OAuthParameters.Prompt));
        if (prompt.Length > 1 && prompt.Contains(PromptValues.None))
        {
            return OAuthError.InvalidRequest("prompt=none stands alone.");
        }

        return value(OAuthParameters.MaxAge) is { } age && MaxAgeOf(age) is null ? OAuthError.InvalidRequest("max_age is no number of seconds.") : null;
    }

    private static AuthorizationRequest Ready(Func<string, string?> value, ImmutableArray<string> resources, string redirectUri, string mode, string? state)
    {
        var challenge = value(OAuthParameters.CodeChallenge);
        return new AuthorizationRequest
        {
            ClientId = value(OAuthParameters.ClientId)!,
            RedirectUri = redirectUri,
            ResponseMode = mode,
            State = state,
            Scopes = ScopeRules.Parse(value(OAuthParameters.Scope)),
            Challenge = challenge,
            ChallengeMethod = challenge is null ? null : MethodOf(value, challenge),
            Nonce = value(OAuthParameters.Nonce),
            Prompt = Words(value(OAuthParameters.Prompt)),
            MaxAge = value(OAuthParameters.MaxAge) is { } age ? MaxAgeOf(age) : null,
            LoginHint = value(OAuthParameters.LoginHint),
            IdTokenHint = value(OAuthParameters.IdTokenHint),
            AcrValues = Words(value(OAuthParameters.AcrValues)),
            UiLocales = value(OAuthParameters.UiLocales),
            ClaimsJson = value(OAuthParameters.Claims),
            Resources = resources,
            DpopJkt = value(OAuthParameters.DpopJkt),
        };
    }

    /// <summary>RFC 7636 §4.3: a challenge without a method is plain. The contract's <c>none</c> says that there is no challenge.</summary>
    private static string? MethodOf(Func<string, string?> value, string? challenge) => value(OAuthParameters.CodeChallengeMethod) switch
    {
        null => challenge is null ? null : CodeChallengeMethods.Plain,
        CodeChallengeMethods.None when challenge is null => null,
        var method => method,
    };

    private static TimeSpan? MaxAgeOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private static ImmutableArray<string> Words(string? text) =>
        text is null ? [] : [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static bool IsObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
