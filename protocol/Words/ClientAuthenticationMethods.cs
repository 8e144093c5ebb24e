namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>How a client proves who it is: values of <c>token_endpoint_auth_method</c> (RFC 7591 §2, OpenID Connect Core §9).</summary>
public static class ClientAuthenticationMethods
{
    /// <summary>The secret by HTTP Basic (RFC 6749 §2.3.1).</summary>
    public const string SecretBasic = "client_secret_basic";

    /// <summary>The secret in the form.</summary>
    public const string SecretPost = "client_secret_post";

    /// <summary>An assertion signed with the secret (OpenID Connect Core §9, RFC 7523 §2.2).</summary>
    public const string SecretJwt = "client_secret_jwt";

    /// <summary>An assertion signed with a private key (OpenID Connect Core §9, RFC 7523 §2.2).</summary>
    public const string PrivateKeyJwt = "private_key_jwt";

    /// <summary>A public client.</summary>
    public const string None = "none";
}
