namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>
/// The reasons people and programs are told, verbatim from the contract (http.md §17): the prefixes differ, and existing users compare
/// the strings. Every one has a text in every shipped language.
/// </summary>
public static class Reasons
{
    /// <summary>Revocation: the client is unknown or did not prove itself (401).</summary>
    public const string ErrorInvalidClient = "ERROR.INVALID_CLIENT";

    /// <summary>Token: no such grant (400).</summary>
    public const string ErrorUnsupportedGrantType = "ERROR.UNSUPPORTED_GRANT_TYPE";

    /// <summary>Token: the client secret is wrong (401).</summary>
    public const string ErrorWrongClientSecret = "ERROR.WRONG_CLIENT_SECRET";

    /// <summary>Device poll: the person said no (400).</summary>
    public const string AccessDenied = "ERRORS.ACCESS_DENIED";

    /// <summary>Device poll: the person has not answered yet (400).</summary>
    public const string AuthorizationPending = "ERRORS.AUTHORIZATION_PENDING";

    /// <summary>Token: any PKCE failure (403).</summary>
    public const string CodeChallengeMethodMismatch = "ERRORS.CODE_CHALLENGE_METHOD_MISMATCH";

    /// <summary>Token and device: the store does not answer (507).</summary>
    public const string CodeStorageAvailability = "ERRORS.CODE_STORAGE_AVAILABILITY";

    /// <summary>Device start: the client has no device grant (400).</summary>
    public const string DeviceGrantNotConfigured = "ERRORS.DEVICE_GRANT_NOT_CONFIGURED";

    /// <summary>A value that must be there is missing (403, 406, 422, 500; 503 when the validation provider is missing).</summary>
    public const string ExpectedValueUnset = "ERRORS.EXPECTED_VALUE_UNSET";

    /// <summary>The token is past its end (401).</summary>
    public const string ExpiredToken = "ERRORS.EXPIRED_TOKEN";

    /// <summary>Token: a grant nobody serves (501).</summary>
    public const string GrantTypeNotImplemented = "ERRORS.GRANT_TYPE_NOT_IMPLEMENTED";

    /// <summary>Device start: the client may not use the grant (400).</summary>
    public const string GrantTypeNotSupported = "ERRORS.GRANT_TYPE_NOT_SUPPORTED";

    /// <summary>Refresh and forward-auth renewal: the user is no longer valid (403).</summary>
    public const string Invalidate = "ERRORS.INVALIDATE";

    /// <summary>Token: the code is unknown, used or expired (403).</summary>
    public const string InvalidCode = "ERRORS.INVALID_CODE";

    /// <summary>Device poll: no such device request (400).</summary>
    public const string InvalidGrant = "ERRORS.INVALID_GRANT";

    /// <summary>Forward-auth: the login is not strong or young enough for the tenant (401, RFC 9470). Not in the contract's catalogue.</summary>
    public const string InsufficientAuthentication = "ERRORS.INSUFFICIENT_AUTHENTICATION";

    /// <summary>The token is not one of ours (403 at token, 401 at token info).</summary>
    public const string InvalidToken = "ERRORS.INVALID_TOKEN";

    /// <summary>Login: no tenant for this request (400).</summary>
    public const string MissingTenant = "ERRORS.MISSING_TENANT";

    /// <summary>The request makes no sense here (400, 406).</summary>
    public const string NotAcceptableRequest = "ERRORS.NOT_ACCEPTABLE_REQUEST";

    /// <summary>No such client (404 at token and device, 400 at login).</summary>
    public const string NoClient = "ERRORS.NO_CLIENT";

    /// <summary>No tenant owns the host of this request (400).</summary>
    public const string NoTenant = "ERRORS.NO_TENANT";

    /// <summary>Login: the target is none of the tenant's places (403).</summary>
    public const string RedirectMismatch = "ERRORS.REDIRECT_MISMATCH";

    /// <summary>Login: the target is no URL (400).</summary>
    public const string RedirectNotUrl = "ERRORS.REDIRECT_NOT_URL";

    /// <summary>Device poll: too fast (429).</summary>
    public const string SlowDown = "ERRORS.SLOW_DOWN";

    /// <summary>The store does not answer (500).</summary>
    public const string StorageUnavailable = "ERRORS.STORAGE_UNAVAILABLE";

    /// <summary>A token of another tenant (403).</summary>
    public const string TenantMismatch = "ERRORS.TENANT_MISMATCH";

    /// <summary>Forward-auth is switched off for the tenant (403).</summary>
    public const string TenantNotAllowed = "ERRORS.TENANT_NOT_ALLOWED";

    /// <summary>Device start: no free user code (500).</summary>
    public const string UserCodeGenerationFailed = "ERRORS.USER_CODE_GENERATION_FAILED";

    /// <summary>Password grant: wrong user name or password (403).</summary>
    public const string WrongCredentials = "ERRORS.WRONG_CREDENTIALS";

    /// <summary>Authorize: the client secret is wrong (401).</summary>
    public const string LoginWrongClientSecret = "LOGIN.ERROR.WRONG_CLIENT_SECRET";

    /// <summary>Authorize: the login id is unknown or used (400).</summary>
    public const string LoginBadLoginId = "LOGIN.ERRORS.BADLOGINID";

    /// <summary>Authorize: the client must use PKCE (400).</summary>
    public const string LoginClientOnlySupportsPkce = "LOGIN.ERRORS.CLIENT_ONLY_SUPPORTS_PKCE";

    /// <summary>Authorize: unknown challenge method (501).</summary>
    public const string LoginCodeChallengeMethodNotImplemented = "LOGIN.ERRORS.CODE_CHALLENGE_METHOD_NOT_IMPLEMENTED";

    /// <summary>Login: the session's dates could not be made (500 page).</summary>
    public const string LoginConstructDateError = "LOGIN.ERRORS.CONSTRUCT_DATE_ERROR";

    /// <summary>Login: the form is malformed or too large (400 page).</summary>
    public const string LoginFormNotParseable = "LOGIN.ERRORS.FORM_NOT_PARSEABLE";

    /// <summary>Login: the form says not where to go (412).</summary>
    public const string LoginMissingLocation = "LOGIN.ERRORS.MISSING_LOCATION";

    /// <summary>Authorize: no tenant for this request (400).</summary>
    public const string LoginMissingTenant = "LOGIN.ERRORS.MISSING_TENANT";

    /// <summary>No such client (400).</summary>
    public const string LoginNoClient = "LOGIN.ERRORS.NO_CLIENT";

    /// <summary>Forward-auth renewal: the tenant is gone (403).</summary>
    public const string LoginNoTenant = "LOGIN.ERRORS.NO_TENANT";

    /// <summary>A client or token of another tenant (403, 406).</summary>
    public const string LoginTenantMismatch = "LOGIN.ERRORS.TENANT_MISMATCH";

    /// <summary>Login: wrong user name or password (403 page).</summary>
    public const string LoginWrongCredentials = "LOGIN.ERRORS.WRONG_CREDENTIALS";

    /// <summary>Authorize: the calling page is missing (400) or not allowed (403).</summary>
    public const string LoginWrongReferer = "LOGIN.ERRORS.WRONG_REFERER";

    /// <summary>A client: too many wrong secrets from its network (429). Not in the contract's catalogue.</summary>
    public const string TooManyWrongSecrets = "ERRORS.TOO_MANY_WRONG_SECRETS";

    /// <summary>A public client: too many pushed requests from its network (429). Not in the contract's catalogue.</summary>
    public const string TooManyPushedRequests = "ERRORS.TOO_MANY_PUSHED_REQUESTS";

    /// <summary>Login: locked for some minutes after too many failures (429 page). Not in the contract's catalogue.</summary>
    public const string LoginTooManyAttempts = "LOGIN.ERRORS.TOO_MANY_ATTEMPTS";

    /// <summary>Login, logout: the form is stale, foreign or forged; a fresh one follows (400 page). Not in the contract's catalogue.</summary>
    public const string LoginFormExpired = "LOGIN.ERRORS.FORM_EXPIRED";

    /// <summary>Login: the person is logged in, but not strongly or recently enough for what they opened (200 page). Not in the contract's catalogue.</summary>
    public const string LoginStrongerNeeded = "LOGIN.ERRORS.STRONGER_NEEDED";

    /// <summary>Login: name and password were right, but the login did not reach what the tenant asks for (403 page). Not in the contract's catalogue.</summary>
    public const string LoginTooWeak = "LOGIN.ERRORS.TOO_WEAK";

    /// <summary>Login over plain http where the cookie must be secure (400 page). Not in the contract's catalogue.</summary>
    public const string LoginInsecureConnection = "LOGIN.ERRORS.INSECURE_CONNECTION";

    /// <summary>The cluster does not answer, or a gateway is too long without it (503). Not in the contract's catalogue.</summary>
    public const string ServiceUnavailable = "ERRORS.SERVICE_UNAVAILABLE";

    /// <summary>Device page: no code typed (400 page).</summary>
    public const string ActivateMissingCode = "ACTIVATE.ERRORS.MISSING_CODE";

    /// <summary>Device page: no such code (400 page).</summary>
    public const string ActivateInvalidCode = "ACTIVATE.ERRORS.INVALID_CODE";

    /// <summary>Device page: the code was used before (400 page).</summary>
    public const string ActivateCodeAlreadyUsed = "ACTIVATE.ERRORS.CODE_ALREADY_USED";

    /// <summary>Device page: user name or password missing (400 page).</summary>
    public const string ActivateCredentialsRequired = "ACTIVATE.ERRORS.CREDENTIALS_REQUIRED";

    /// <summary>The question about a client was answered too late, or in another browser.</summary>
    public const string ConsentFormExpired = "CONSENT.ERRORS.FORM_EXPIRED";

    /// <summary>The session ended, or grew too old for the client, while a question was open.</summary>
    public const string ConsentLoginAgain = "CONSENT.ERRORS.LOGIN_AGAIN";

    /// <summary>The account page was open for too long, stood in another browser, or its form came from elsewhere (403 page).</summary>
    public const string AccountFormExpired = "ACCOUNT.ERRORS.FORM_EXPIRED";

    /// <summary>Authorize without a client (400).</summary>
    public const string NoAuthWithoutClient = "No auth without client!";

    /// <summary>Well-known documents: no keys (500).</summary>
    public const string KeyStorageNotConfigured = "Key storage not configured";

    /// <summary>Well-known documents: the key set could not be made (500).</summary>
    public const string FailedToGenerateJwks = "Failed to generate JWKS";

    /// <summary>Well-known documents: the configuration could not be made (500).</summary>
    public const string FailedToGenerateConfiguration = "Failed to generate configuration";

    /// <summary>Unknown path of a known tenant (404).</summary>
    public const string NotFound = "Not Found";

    /// <summary>Any failure of ours; the cause is in the log only (500).</summary>
    public const string SomethingWentWrong = "Something went wrong.";
}
