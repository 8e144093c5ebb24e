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
}
