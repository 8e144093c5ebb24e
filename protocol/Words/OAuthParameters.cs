namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Request and response parameters of OAuth 2 and OpenID Connect endpoints, each by the document that defines it.</summary>
public static class OAuthParameters
{
    /// <summary>RFC 6749 §4.1.1.</summary>
    public const string ResponseType = "response_type";

    /// <summary>RFC 6749 §2.3.1.</summary>
    public const string ClientId = "client_id";

    /// <summary>RFC 6749 §2.3.1; in a form only, never in a URI.</summary>
    public const string ClientSecret = "client_secret";

    /// <summary>RFC 7521 §4.2.</summary>
    public const string ClientAssertion = "client_assertion";

    /// <summary>RFC 7521 §4.2.</summary>
    public const string ClientAssertionType = "client_assertion_type";

    /// <summary>RFC 6749 §3.1.2.</summary>
    public const string RedirectUri = "redirect_uri";

    /// <summary>RFC 6749 §3.3: separated by spaces.</summary>
    public const string Scope = "scope";

    /// <summary>RFC 6749 §4.1.1: returned as it came.</summary>
    public const string State = "state";

    /// <summary>RFC 6749 §4.1.2.</summary>
    public const string Code = "code";

    /// <summary>RFC 9207 §2.</summary>
    public const string Issuer = "iss";

    /// <summary>RFC 6749 §4.1.2.1, §5.2.</summary>
    public const string Error = "error";

    /// <summary>RFC 6749 §5.2.</summary>
    public const string ErrorDescription = "error_description";

    /// <summary>RFC 6749 §4.1.3.</summary>
    public const string GrantType = "grant_type";

    /// <summary>RFC 7636 §4.3.</summary>
    public const string CodeChallenge = "code_challenge";

    /// <summary>RFC 7636 §4.3.</summary>
    public const string CodeChallengeMethod = "code_challenge_method";

    /// <summary>RFC 7636 §4.5.</summary>
    public const string CodeVerifier = "code_verifier";

    /// <summary>RFC 6749 §5.1; RFC 6750 §2.2.</summary>
    public const string AccessToken = "access_token";

    /// <summary>RFC 6749 §5.1.</summary>
    public const string TokenType = "token_type";

    /// <summary>RFC 6749 §5.1: seconds.</summary>
    public const string ExpiresIn = "expires_in";

    /// <summary>RFC 6749 §6.</summary>
    public const string RefreshToken = "refresh_token";

    /// <summary>OpenID Connect Core §3.1.3.3.</summary>
    public const string IdToken = "id_token";

    /// <summary>RFC 6749 §4.3.2.</summary>
    public const string Username = "username";

    /// <summary>RFC 6749 §4.3.2.</summary>
    public const string Password = "password";

    /// <summary>OpenID Connect Core §3.1.2.1.</summary>
    public const string Nonce = "nonce";

    /// <summary>OpenID Connect Core §3.1.2.1.</summary>
    public const string Prompt = "prompt";

    /// <summary>OpenID Connect Core §3.1.2.1: seconds.</summary>
    public const string MaxAge = "max_age";

    /// <summary>OpenID Connect Core §3.1.2.1.</summary>
    public const string UiLocales = "ui_locales";

    /// <summary>OpenID Connect Core §3.1.2.1; RP-Initiated Logout §2.</summary>
    public const string IdTokenHint = "id_token_hint";

    /// <summary>OpenID Connect Core §3.1.2.1.</summary>
    public const string LoginHint = "login_hint";

    /// <summary>OpenID Connect Core §3.1.2.1; RFC 9470 §4.</summary>
    public const string AcrValues = "acr_values";

    /// <summary>OpenID Connect Core §5.5.</summary>
    public const string Claims = "claims";

    /// <summary>OpenID Connect Core §6.1.</summary>
    public const string Request = "request";

    /// <summary>OpenID Connect Core §7.2.1.</summary>
    public const string Registration = "registration";

    /// <summary>RFC 9126 §2.2; OpenID Connect Core §6.2.</summary>
    public const string RequestUri = "request_uri";

    /// <summary>OAuth 2.0 Multiple Response Type Encoding Practices §2.1.</summary>
    public const string ResponseMode = "response_mode";

    /// <summary>RFC 8707 §2; may be repeated.</summary>
    public const string Resource = "resource";

    /// <summary>RFC 8693 §2.1; may be repeated.</summary>
    public const string Audience = "audience";

    /// <summary>RFC 9449 §10.</summary>
    public const string DpopJkt = "dpop_jkt";

    /// <summary>RFC 7009 §2.1; RFC 7662 §2.1.</summary>
    public const string Token = "token";

    /// <summary>RFC 8628 §3.2.</summary>
    public const string DeviceCode = "device_code";

    /// <summary>RFC 8628 §3.2.</summary>
    public const string UserCode = "user_code";

    /// <summary>RFC 8628 §3.2.</summary>
    public const string VerificationUri = "verification_uri";

    /// <summary>RFC 8628 §3.3.1.</summary>
    public const string VerificationUriComplete = "verification_uri_complete";

    /// <summary>RFC 8628 §3.2: seconds.</summary>
    public const string Interval = "interval";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string SubjectToken = "subject_token";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string SubjectTokenType = "subject_token_type";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string ActorToken = "actor_token";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string ActorTokenType = "actor_token_type";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string RequestedTokenType = "requested_token_type";

    /// <summary>RFC 8693 §2.2.1.</summary>
    public const string IssuedTokenType = "issued_token_type";

    /// <summary>RP-Initiated Logout §2.</summary>
    public const string PostLogoutRedirectUri = "post_logout_redirect_uri";

    /// <summary>RP-Initiated Logout §2.</summary>
    public const string LogoutHint = "logout_hint";

    /// <summary>Back-Channel Logout §2.5.</summary>
    public const string LogoutToken = "logout_token";

    /// <summary>Front-Channel Logout §2.</summary>
    public const string SessionId = "sid";

    /// <summary>Ours: proves to the authorization endpoint that a login happened for this very request (contract http.md §5.1).</summary>
    public const string LoginId = "loginid";

    /// <summary>RFC 7662 §2.2.</summary>
    public const string Active = "active";
}
