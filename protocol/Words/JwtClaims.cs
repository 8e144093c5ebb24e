namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Names of claims: RFC 7519 §4.1, OpenID Connect Core §2, and the contract's own (http.md §12.1).</summary>
public static class JwtClaims
{
    /// <summary>Issuer.</summary>
    public const string Issuer = "iss";

    /// <summary>Subject.</summary>
    public const string Subject = "sub";

    /// <summary>Audience.</summary>
    public const string Audience = "aud";

    /// <summary>Expiry.</summary>
    public const string ExpiresAt = "exp";

    /// <summary>Not before.</summary>
    public const string NotBefore = "nbf";

    /// <summary>Issued at.</summary>
    public const string IssuedAt = "iat";

    /// <summary>Token id.</summary>
    public const string TokenId = "jti";

    /// <summary>When the person logged in.</summary>
    public const string AuthTime = "auth_time";

    /// <summary>Session id.</summary>
    public const string SessionId = "sid";

    /// <summary>The client a token was issued to (RFC 8693 §4.3).</summary>
    public const string ClientId = "client_id";

    /// <summary>Scopes separated by spaces (RFC 8693 §4.2).</summary>
    public const string Scope = "scope";

    /// <summary>Tenant name.</summary>
    public const string Tenant = "tenant";

    /// <summary>Hash that binds a session to its tenant or to one host.</summary>
    public const string Responsibility = "responsibility";

    /// <summary>Role of the user.</summary>
    public const string Role = "role";

    /// <summary>Login name.</summary>
    public const string User = "user";

    /// <summary>The provider's profile, any JSON.</summary>
    public const string Profile = "profile";

    /// <summary>In a login cookie or an access token: true where the profile did not fit and only the session has it, or the grant of a token that names no session.</summary>
    public const string ProfileInSession = "profile_in_session";

    /// <summary>The mode the provider approved.</summary>
    public const string Mode = "mode";

    /// <summary>The grant a token descends from.</summary>
    public const string GrantId = "gid";

    /// <summary>In an access token: names of claims the <c>claims</c> parameter asks UserInfo for (OpenID Connect Core §5.5).</summary>
    public const string UserInfoClaims = "userinfo_claims";

    /// <summary>OpenID Connect Core §2; RFC 9449 §4.2.</summary>
    public const string Nonce = "nonce";

    /// <summary>OpenID Connect Core §3.1.3.6.</summary>
    public const string AccessTokenHash = "at_hash";

    /// <summary>OpenID Connect Core §2.</summary>
    public const string AuthorizedParty = "azp";

    /// <summary>Authentication context class (OpenID Connect Core §2).</summary>
    public const string Acr = "acr";

    /// <summary>Authentication methods (RFC 8176).</summary>
    public const string Amr = "amr";

    /// <summary>Key a token is bound to (RFC 7800 §3.1).</summary>
    public const string Confirmation = "cnf";

    /// <summary>Thumbprint inside <see cref="Confirmation"/> (RFC 9449 §6.1).</summary>
    public const string JwkThumbprint = "jkt";

    /// <summary>Who acts for the subject (RFC 8693 §4.1).</summary>
    public const string Actor = "act";

    /// <summary>Who may act for the subject (RFC 8693 §4.4).</summary>
    public const string MayAct = "may_act";

    /// <summary>RFC 8417 §2.2; Back-Channel Logout §2.4.</summary>
    public const string Events = "events";

    /// <summary>RFC 9449 §4.2.</summary>
    public const string HttpMethod = "htm";

    /// <summary>RFC 9449 §4.2.</summary>
    public const string HttpUri = "htu";

    /// <summary>RFC 9449 §4.2.</summary>
    public const string AccessTokenDigest = "ath";

    /// <summary>RFC 9701 §5.</summary>
    public const string TokenIntrospection = "token_introspection";
}
