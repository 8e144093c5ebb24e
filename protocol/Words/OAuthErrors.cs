namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Error codes, each by the document that registers it.</summary>
public static class OAuthErrors
{
    /// <summary>RFC 6749 §4.1.2.1, §5.2.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>RFC 6749 §5.2.</summary>
    public const string InvalidClient = "invalid_client";

    /// <summary>RFC 6749 §5.2.</summary>
    public const string InvalidGrant = "invalid_grant";

    /// <summary>RFC 6749 §4.1.2.1, §5.2.</summary>
    public const string UnauthorizedClient = "unauthorized_client";

    /// <summary>RFC 6749 §5.2.</summary>
    public const string UnsupportedGrantType = "unsupported_grant_type";

    /// <summary>RFC 6749 §4.1.2.1.</summary>
    public const string UnsupportedResponseType = "unsupported_response_type";

    /// <summary>RFC 6749 §4.1.2.1, §5.2.</summary>
    public const string InvalidScope = "invalid_scope";

    /// <summary>RFC 6749 §4.1.2.1; RFC 8628 §3.5.</summary>
    public const string AccessDenied = "access_denied";

    /// <summary>RFC 6749 §4.1.2.1.</summary>
    public const string ServerError = "server_error";

    /// <summary>RFC 6749 §4.1.2.1.</summary>
    public const string TemporarilyUnavailable = "temporarily_unavailable";

    /// <summary>RFC 6750 §3.1.</summary>
    public const string InvalidToken = "invalid_token";

    /// <summary>RFC 6750 §3.1.</summary>
    public const string InsufficientScope = "insufficient_scope";

    /// <summary>RFC 9470 §3.</summary>
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";

    /// <summary>RFC 8628 §3.5.</summary>
    public const string AuthorizationPending = "authorization_pending";

    /// <summary>RFC 8628 §3.5.</summary>
    public const string SlowDown = "slow_down";

    /// <summary>RFC 8628 §3.5.</summary>
    public const string ExpiredToken = "expired_token";

    /// <summary>RFC 8707 §2; RFC 8693 §2.2.2.</summary>
    public const string InvalidTarget = "invalid_target";

    /// <summary>RFC 9449 §5.</summary>
    public const string InvalidDpopProof = "invalid_dpop_proof";

    /// <summary>RFC 9449 §8.</summary>
    public const string UseDpopNonce = "use_dpop_nonce";

    /// <summary>Whether a code asks the client to come again, which is a step of a normal day and no refusal (RFC 8628 §3.5, RFC 9449 §8).</summary>
    /// <param name="error">One of these codes.</param>
    public static bool IsQuestion(string error) => error is UseDpopNonce or AuthorizationPending or SlowDown;

    /// <summary>Whether a code tells the client what only the person can change, or has decided: to log in, to be asked, to say no (OpenID Connect Core §3.1.2.6, RFC 6749 §4.1.2.1).</summary>
    /// <param name="error">One of these codes.</param>
    public static bool IsForThePerson(string error) => error is LoginRequired or ConsentRequired or AccessDenied;

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public const string LoginRequired = "login_required";

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public const string ConsentRequired = "consent_required";

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public const string InvalidRequestUri = "invalid_request_uri";

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public const string RequestNotSupported = "request_not_supported";

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public const string RequestUriNotSupported = "request_uri_not_supported";

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public const string RegistrationNotSupported = "registration_not_supported";

    /// <summary>OpenID Connect Core Unmet Authentication Requirements §2.</summary>
    public const string UnmetAuthenticationRequirements = "unmet_authentication_requirements";
}
