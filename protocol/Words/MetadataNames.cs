namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Members of the metadata documents (OpenID Connect Discovery §3, RFC 8414 §2 and the documents that extend them).</summary>
public static class MetadataNames
{
    /// <summary>RFC 8414 §2.</summary>
    public const string Issuer = "issuer";

    /// <summary>RFC 8414 §2.</summary>
    public const string AuthorizationEndpoint = "authorization_endpoint";

    /// <summary>RFC 8414 §2.</summary>
    public const string TokenEndpoint = "token_endpoint";

    /// <summary>RFC 8414 §2.</summary>
    public const string JwksUri = "jwks_uri";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string UserInfoEndpoint = "userinfo_endpoint";

    /// <summary>RP-Initiated Logout §2.1.</summary>
    public const string EndSessionEndpoint = "end_session_endpoint";

    /// <summary>RFC 8414 §2.</summary>
    public const string RevocationEndpoint = "revocation_endpoint";

    /// <summary>RFC 8414 §2.</summary>
    public const string IntrospectionEndpoint = "introspection_endpoint";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string IdTokenAlgorithms = "id_token_signing_alg_values_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string TokenAssertionAlgorithms = "token_endpoint_auth_signing_alg_values_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string RevocationAssertionAlgorithms = "revocation_endpoint_auth_signing_alg_values_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string IntrospectionAssertionAlgorithms = "introspection_endpoint_auth_signing_alg_values_supported";

    /// <summary>RFC 9701 §7.</summary>
    public const string IntrospectionAlgorithms = "introspection_signing_alg_values_supported";

    /// <summary>RFC 8628 §4.</summary>
    public const string DeviceAuthorizationEndpoint = "device_authorization_endpoint";

    /// <summary>RFC 9126 §5.</summary>
    public const string PushedAuthorizationRequestEndpoint = "pushed_authorization_request_endpoint";

    /// <summary>RFC 9449 §5.1.</summary>
    public const string DpopSigningAlgorithms = "dpop_signing_alg_values_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string ResponseTypes = "response_types_supported";

    /// <summary>OAuth 2.0 Multiple Response Types §2.1.</summary>
    public const string ResponseModes = "response_modes_supported";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string SubjectTypes = "subject_types_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string GrantTypes = "grant_types_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string Scopes = "scopes_supported";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string Claims = "claims_supported";

    /// <summary>RFC 9126 §5.</summary>
    public const string RequirePushedRequests = "require_pushed_authorization_requests";

    /// <summary>RFC 8414 §2.</summary>
    public const string TokenAuthenticationMethods = "token_endpoint_auth_methods_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string RevocationAuthenticationMethods = "revocation_endpoint_auth_methods_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string IntrospectionAuthenticationMethods = "introspection_endpoint_auth_methods_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string ChallengeMethods = "code_challenge_methods_supported";

    /// <summary>Initiating User Registration via OpenID Connect §4.1.</summary>
    public const string PromptValues = "prompt_values_supported";

    /// <summary>Front-Channel Logout §3.</summary>
    public const string FrontChannelLogout = "frontchannel_logout_supported";

    /// <summary>Front-Channel Logout §3.</summary>
    public const string FrontChannelLogoutSession = "frontchannel_logout_session_supported";

    /// <summary>Back-Channel Logout §2.1.</summary>
    public const string BackChannelLogout = "backchannel_logout_supported";

    /// <summary>Back-Channel Logout §2.1.</summary>
    public const string BackChannelLogoutSession = "backchannel_logout_session_supported";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string ClaimsParameter = "claims_parameter_supported";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string RequestParameter = "request_parameter_supported";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string RequestUriParameter = "request_uri_parameter_supported";

    /// <summary>OpenID Connect Discovery §3.</summary>
    public const string RequireRequestUriRegistration = "require_request_uri_registration";

    /// <summary>RFC 9207 §3.</summary>
    public const string ResponseIssuer = "authorization_response_iss_parameter_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string UiLocales = "ui_locales_supported";

    /// <summary>RFC 8414 §2.</summary>
    public const string PolicyUri = "op_policy_uri";

    /// <summary>RFC 8414 §2.</summary>
    public const string ServiceDocumentation = "service_documentation";
}
