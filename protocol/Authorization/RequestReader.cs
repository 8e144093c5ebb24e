using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
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
    /// <summary>Longest <c>state</c>, <c>nonce</c> and <c>acr_values</c> in characters (docs/oauth/authorization.md).</summary>
    public const int LongestText = 2048;

    /// <summary>All that a good request is read by; whoever keeps one for later keeps these.</summary>
    public static FrozenSet<string> Parameters { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        OAuthParameters.ResponseType,
        OAuthParameters.ResponseMode,
        OAuthParameters.ClientId,
        OAuthParameters.RedirectUri,
        OAuthParameters.Scope,
        OAuthParameters.State,
        OAuthParameters.Nonce,
        OAuthParameters.Prompt,
        OAuthParameters.MaxAge,
        OAuthParameters.UiLocales,
        OAuthParameters.IdTokenHint,
        OAuthParameters.LoginHint,
        OAuthParameters.AcrValues,
        OAuthParameters.Claims,
        OAuthParameters.CodeChallenge,
        OAuthParameters.CodeChallengeMethod,
        OAuthParameters.Resource,
        OAuthParameters.DpopJkt);

    /// <summary>Reads a request.</summary>
    /// <param name="client">The client the request names.</param>
    /// <param name="value">Answers a parameter, null where it is missing or empty.</param>
    /// <param name="resources">Values of <c>resource</c>.</param>
    /// <param name="isPushed">True for the parameters of a pushed request (RFC 9126), on the way in and on the way out.</param>
    /// <param name="flaw">What is wrong with the parameters as a whole, before any is looked at; null when nothing is. Never <see cref="RequestReading.Ready"/> then.</param>
    public static RequestReading Read(Client client, Func<string, string?> value, ImmutableArray<string> resources, bool isPushed = false, OAuthError? flaw = null)
    {
        if (value(OAuthParameters.RedirectUri) is not { } redirectUri)
        {
            return new RequestReading.Unusable(OAuthError.InvalidRequest("The redirect_uri is missing.", "No String was found at 'redirect_uri'"));
        }

        if (!RedirectRules.IsRegistered(redirectUri, client.RedirectUrls))
        {
            return new RequestReading.Unusable(OAuthError.InvalidRequest("The redirect_uri is not registered for the client.", Reasons.RedirectMismatch));
        }

        // Somebody who registered it so, letter by letter, wanted it so.
        if (RedirectRules.CarriesAnswer(redirectUri) && !client.RedirectUrls.Contains(redirectUri, StringComparer.Ordinal))
        {
            return new RequestReading.Unusable(OAuthError.InvalidRequest("The redirect_uri must not hold what the answer will: code, state, iss or error.", Reasons.RedirectMismatch));
        }

        var state = value(OAuthParameters.State);
        var mode = value(OAuthParameters.ResponseMode);
        var answerMode = mode == ResponseModes.FormPost && IsWeb(redirectUri) ? mode : ResponseModes.Query;
        var error = flaw
            ?? WhyUnpushed(client, isPushed)
            ?? (mode == ResponseModes.FormPost && answerMode != mode ? OAuthError.InvalidRequest("form_post needs a redirect_uri that begins with https or http.") : null)
            ?? WhyFaulty(client, value, resources, mode, state);
        return error is null
            ? new RequestReading.Ready(Ready(value, resources, redirectUri, answerMode, state))
            : new RequestReading.Faulty(error, redirectUri, answerMode, state is { Length: <= LongestText } ? state : null);
    }

    /// <summary>RFC 9126 §5: who must push gets nothing by the front door.</summary>
    private static OAuthError? WhyUnpushed(Client client, bool isPushed) => client.RequirePushedRequests && !isPushed
        ? OAuthError.InvalidRequest("The client must push its requests: post them to /oauth/par and send the request_uri.")
        : null;

    private static OAuthError? WhyFaulty(Client client, Func<string, string?> value, ImmutableArray<string> resources, string? mode, string? state) =>
        WhyUnsupported(value, mode)
        ?? (IsTooLong(state) || IsTooLong(value(OAuthParameters.Nonce)) || IsTooLong(value(OAuthParameters.AcrValues)) ? OAuthError.InvalidRequest("state, nonce or acr_values is too long.") : null)
        ?? (client.GrantTypes.Contains(GrantTypes.AuthorizationCode) ? null : OAuthError.UnauthorizedClient("The client may not use authorization codes.", Reasons.ErrorUnsupportedGrantType))
        ?? WhyUnproven(client, value)
        ?? WhyOddPrompt(value)
        ?? (value(OAuthParameters.Claims) is { } claims && ClaimsRequest.Parse(claims) is null ? OAuthError.InvalidRequest("claims is no JSON object as OpenID Connect Core 5.5 describes, or too large.") : null)
        ?? (value(OAuthParameters.DpopJkt) is { } jkt && !DpopRules.IsThumbprint(jkt) ? OAuthError.InvalidRequest("dpop_jkt is no thumbprint of a key.") : null)
        ?? (resources.All(client.Resources.Contains) ? null : OAuthError.InvalidTarget("The client may not ask for this resource."));

    private static OAuthError? WhyUnsupported(Func<string, string?> value, string? mode) => value(OAuthParameters.ResponseType) switch
    {
        null => OAuthError.InvalidRequest("The response_type is missing.", "No String was found at 'response_type'"),
        not ResponseTypes.Code => OAuthError.Of(OAuthErrors.UnsupportedResponseType, Reasons.NotAcceptableRequest, "Only the response_type code is supported."),
        _ when value(OAuthParameters.Request) is not null => OAuthError.Of(OAuthErrors.RequestNotSupported, Reasons.NotAcceptableRequest, "Request objects are not supported."),
        _ when value(OAuthParameters.RequestUri) is not null => OAuthError.Of(OAuthErrors.RequestUriNotSupported, Reasons.NotAcceptableRequest, "Only a request_uri of the pushed authorization request endpoint is supported."),
        _ when value(OAuthParameters.Registration) is not null => OAuthError.Of(OAuthErrors.RegistrationNotSupported, Reasons.NotAcceptableRequest, "A request cannot register a client."),
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
            Claims = value(OAuthParameters.Claims) is { } claims ? ClaimsRequest.Parse(claims)! : ClaimsRequest.None,
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

    /// <summary>Digits alone; more seconds than an int holds are as good as no limit.</summary>
    private static TimeSpan? MaxAgeOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : text.Length > 0 && text.All(char.IsAsciiDigit) ? TimeSpan.FromSeconds(int.MaxValue)
            : null;

    private static ImmutableArray<string> Words(string? text) =>
        text is null ? [] : [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static bool IsTooLong(string? text) => text?.Length > LongestText;

    private static bool IsWeb(string redirectUri) =>
        redirectUri.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || redirectUri.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
}
