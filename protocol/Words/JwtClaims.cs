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

    /// <summary>In a login cookie: true where the profile did not fit and only the session has it.</summary>
    public const string ProfileInSession = "profile_in_session";

    /// <summary>The mode the provider approved.</summary>
    public const string Mode = "mode";

    /// <summary>The grant a token descends from.</summary>
    public const string GrantId = "gid";
}
